import { expose } from 'atelier-wasm/worker';

const loading = import('./deeper.js').then(({ load }) => load());
expose({ add: async (/** @type {number} */ value) => (await loading).add(value) });

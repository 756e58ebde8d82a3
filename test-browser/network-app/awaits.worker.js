import { expose } from 'atelier-wasm/worker';

const { load } = await import('./deeper.js');
const { add } = await load();
expose({ add });

import { expose } from 'atelier-wasm/worker';

setTimeout(() => process.exit(4), 60);

expose({ never: () => new Promise(() => {}) });

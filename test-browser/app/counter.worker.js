import { expose } from 'atelier-wasm/worker';

let count = 0;

expose({ increment: () => ++count });

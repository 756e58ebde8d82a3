import { expose } from 'atelier-wasm/worker';

expose({ noop() {} });

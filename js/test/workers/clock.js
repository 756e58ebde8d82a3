/** A handler that tells when it began, on the clock that all threads of a process share. */
import { expose } from 'atelier-wasm/worker';

expose({ beganAt: () => process.hrtime.bigint() });

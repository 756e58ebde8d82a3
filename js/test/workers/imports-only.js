/** @file Imports `expose`, stays alive, and never calls it. */
import { parentPort } from 'node:worker_threads';

import { expose } from 'atelier-wasm/worker';

parentPort?.on('message', () => expose);

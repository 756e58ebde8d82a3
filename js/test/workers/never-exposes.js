/** @file Has nothing to do with the package. */
import { parentPort } from 'node:worker_threads';

parentPort?.on('message', () => {});

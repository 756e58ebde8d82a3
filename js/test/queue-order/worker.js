/** Handlers that note in which order they start, in memory that the test has too. */
import { workerData } from 'node:worker_threads';

import { expose } from 'atelier-wasm/worker';

import { at } from './memory.js';

const words = new Int32Array(workerData);

const note = (/** @type {number} */ id) => {
  Atomics.store(words, at.log + Atomics.add(words, at.started, 1), id);
};

Atomics.wait(words, at.startGate, 0);

expose({
  run: note,
  /** Keeps its worker, or its place, until the gate is open. */
  hold(/** @type {number} */ id) {
    note(id);
    Atomics.wait(words, at.gate, 0);
  },
  async holdLater(/** @type {number} */ id) {
    note(id);
    const { waitAsync } = /** @type {any} */ (Atomics);
    await waitAsync(words, at.gate, 0).value;
  },
});

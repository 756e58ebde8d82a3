/**
 * @typedef {object} WorkerThread
 *   The C++ thread that this worker hosts, as far as a call needs it. `record` is the address of
 *   the call's shared record.
 * @property {(record: number, generation: number) => boolean} claim
 *   Takes a call up; false if it was withdrawn.
 * @property {(record: number, generation: number) => void} finish
 *   Reports the handler's end.
 * @property {(record: number, generation: number) => boolean} canceled
 * @property {(record: number) => string | undefined} spanId
 * @property {(record: number) => string | undefined} traceId
 */

/**
 * Starts the Emscripten module as the host of a pthread. The owner loads the wasm into it and
 * starts the thread; the promise resolves when that has happened.
 * @param {(module: object) => Promise<unknown>} createModule
 * @returns {Promise<WorkerThread>}
 */
export function hostThread(createModule) {
  return new Promise((resolve) => {
    /** @type {any} */
    const module = {
      hostsThread: true,
      onThreadStarted: () => {
        // Emscripten would turn an unhandled rejection into an error; a worker has its own ways.
        globalThis.onunhandledrejection = null;
        resolve({
          claim: module._atelier_claim,
          finish: module._atelier_finish,
          canceled: (record, generation) => module._atelier_canceled(record, generation) !== 0,
          spanId: (record) => hex(module._atelier_span(record)),
          traceId: (record) =>
            hex(module._atelier_trace_high(record), module._atelier_trace_low(record)),
        });
      },
    };
    createModule(module).catch((error) => {
      // Uncaught, so that the owner hears of it.
      setTimeout(() => {
        throw error;
      });
    });
  });
}

/**
 * @param {bigint[]} words
 * @returns {string | undefined} 16 digits a word, or undefined if all are zero
 */
function hex(...words) {
  if (words.every((word) => word === 0n)) return undefined;
  return words.map((word) => BigInt.asUintN(64, word).toString(16).padStart(16, '0')).join('');
}

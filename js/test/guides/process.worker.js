import { expose, withContext } from 'atelier-wasm/worker';

expose({
  process: (/** @type {any} */ image) => image,
  busy(/** @type {number} */ ms) {
    const start = performance.now();
    while (performance.now() - start < ms);
  },
  fail() {
    throw new RangeError('too wide');
  },
  context: withContext(({ traceId, spanId }) => ({ traceId, spanId })),
});

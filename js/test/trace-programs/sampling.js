/**
 * Runs one trace after another, of which half are sampled.
 * @param {{ createTaskRuntime: import('./stage.js').CreateTaskRuntime, makeWorker: () => any }} platform
 * @returns {Promise<{ traces: number, sampled: number }>}
 */
export async function runSampled({ createTaskRuntime, makeWorker }) {
  const runtime = await createTaskRuntime({ spans: { retain: Infinity, sampleRate: 0.5 } });
  const task = runtime.defineTask({ type: 'singleton', worker: makeWorker });
  /** @type {string[]} */
  const ids = [];
  for (let i = 0; i < 40; i++) {
    await runtime.trace(async ({ id }) => {
      ids.push(id);
      await task.now();
    });
  }
  const isThere = (/** @type {string} */ id) =>
    performance.getEntriesByName(`atelier:trace:${id}`).length > 0;
  const sampled = ids.filter(isThere).length;
  runtime.clearMeasures();
  await runtime.dispose();
  return { traces: ids.length, sampled };
}

/**
 * @file An app as a user would write it, with what the specs need within their reach. It is built
 * for production, outside of the repository, on the packed package.
 */
import * as atelier from 'atelier-wasm';

const workers = {
  handlers: () => new Worker(new URL('./handlers.worker.js', import.meta.url), { type: 'module' }),
  counter: () => new Worker(new URL('./counter.worker.js', import.meta.url), { type: 'module' }),
  throws: () => new Worker(new URL('./throws.worker.js', import.meta.url), { type: 'module' }),
  missing: () => new Worker('/no-such-worker.js', { type: 'module' }),
};

/** What a promise rejects with, as far as it can be passed on to a spec. */
async function rejection(promise) {
  try {
    return { resolved: await promise };
  } catch (error) {
    const { name, message, code, stack, cause, taskId, workerIndex } = error;
    return { name, message, code, stack, cause: cause && String(cause), taskId, workerIndex };
  }
}

const ours = (type) =>
  performance
    .getEntriesByType(type)
    .filter(({ name }) => name.startsWith('atelier:'))
    .map(({ name, entryType, startTime, duration, detail }) => ({
      name,
      entryType,
      startTime,
      duration,
      detail,
    }));

/** Observes our entries until `count` have come and one more turn has gone by without any. */
function observe(init) {
  const seen = [];
  const observer = new PerformanceObserver((list) => {
    for (const { name, entryType, startTime, duration, detail } of list.getEntries()) {
      if (name.startsWith('atelier:')) seen.push({ name, entryType, startTime, duration, detail });
    }
  });
  observer.observe(init);
  return {
    seen,
    async collected(count) {
      while (seen.length < count) await new Promise((resolve) => setTimeout(resolve));
      await new Promise((resolve) => requestIdleCallback(resolve));
      return seen;
    },
  };
}

Object.assign(globalThis, { atelier, workers, rejection, ours, observe });
document.documentElement.dataset.ready = '';

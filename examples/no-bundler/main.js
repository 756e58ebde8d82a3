import { createTaskRuntime } from 'atelier-wasm';

/**
 * Shows a line in a list of the page.
 * @param {'results' | 'spans'} list
 * @param {string} text
 */
function show(list, text) {
  const line = Object.assign(document.createElement('li'), { textContent: text });
  document.querySelector(`#${list}`)?.append(line);
}

// The platform's own API shows every call, as soon as it has settled.
new PerformanceObserver((list) => {
  for (const { duration, detail } of /** @type {PerformanceMeasure[]} */ (list.getEntries())) {
    if (detail?.spanId)
      show('spans', `${detail.method}: ${duration.toFixed(1)} ms, ${detail.status}`);
  }
}).observe({ type: 'measure', buffered: true });

async function main() {
  const runtime = await createTaskRuntime();
  /** @type {import('atelier-wasm').Task<import('./primes.worker.js').Primes>} */
  const primes = runtime.defineTask({
    type: 'parallel',
    worker: () => new Worker(new URL('./primes.worker.js', import.meta.url), { type: 'module' }),
  });
  const limits = [1e4, 1e5, 1e6];
  const counts = await Promise.all(limits.map((limit) => primes.count(limit)));
  limits.forEach((limit, i) => show('results', `${counts[i]} primes below ${limit}`));
}

// On a server without the headers, coi-serviceworker loads the page again, isolated.
if (crossOriginIsolated) main();

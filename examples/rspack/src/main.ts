import { createTaskRuntime } from 'atelier-wasm';
import type { Primes } from './primes.worker';

/** Shows a line in a list of the page. */
function show(list: 'results' | 'spans', text: string) {
  const line = Object.assign(document.createElement('li'), { textContent: text });
  document.querySelector(`#${list}`)?.append(line);
}

// The platform's own API shows every call, as soon as it has settled.
new PerformanceObserver((list) => {
  for (const { duration, detail } of list.getEntries() as PerformanceMeasure[]) {
    if (detail?.spanId)
      show('spans', `${detail.method}: ${duration.toFixed(1)} ms, ${detail.status}`);
  }
}).observe({ type: 'measure', buffered: true });

async function main() {
  const runtime = await createTaskRuntime();
  const primes = runtime.defineTask<Primes>({
    type: 'parallel',
    worker: () => new Worker(new URL('./primes.worker.ts', import.meta.url), { type: 'module' }),
  });
  const limits = [1e4, 1e5, 1e6];
  const counts = await Promise.all(limits.map((limit) => primes.count(limit)));
  limits.forEach((limit, i) => show('results', `${counts[i]} primes below ${limit}`));
}

main();

import { primesTask } from './primes-task';

const LIMITS = [1e4, 1e5, 1e6];

/** Counts primes on workers. */
export async function countPrimes(): Promise<string[]> {
  const primes = await primesTask();
  const counts = await Promise.all(LIMITS.map((limit) => primes.count(limit)));
  return LIMITS.map((limit, i) => `${counts[i]} primes below ${limit}`);
}

/**
 * Shows each call as the platform's own API reports it.
 * @returns what ends that
 */
export function observeSpans(show: (line: string) => void): () => void {
  const observer = new PerformanceObserver((list) => {
    for (const { duration, detail } of list.getEntries() as PerformanceMeasure[]) {
      if (detail?.spanId) show(`${detail.method}: ${duration.toFixed(1)} ms, ${detail.status}`);
    }
  });
  observer.observe({ type: 'measure' });
  return () => observer.disconnect();
}

'use client';

import { useEffect, useState } from 'react';
import { primesTask } from './primes-task';

const LIMITS = [1e4, 1e5, 1e6];

/** Counts primes on workers, and shows each call as the platform's own API reports it. */
export function Results() {
  const [results, setResults] = useState<string[]>([]);
  const [spans, setSpans] = useState<string[]>([]);

  useEffect(() => {
    const observer = new PerformanceObserver((list) => {
      const lines = (list.getEntries() as PerformanceMeasure[])
        .filter(({ detail }) => detail?.spanId)
        .map(
          ({ duration, detail }) => `${detail.method}: ${duration.toFixed(1)} ms, ${detail.status}`
        );
      setSpans((earlier) => [...earlier, ...lines]);
    });
    observer.observe({ type: 'measure' });
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    async function count() {
      const primes = await primesTask();
      const counts = await Promise.all(LIMITS.map((limit) => primes.count(limit)));
      setResults(LIMITS.map((limit, i) => `${counts[i]} primes below ${limit}`));
    }
    count();
  }, []);

  return (
    <>
      <ul id="results">
        {results.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <h2>Spans</h2>
      <ul id="spans">
        {spans.map((line, i) => (
          <li key={i}>{line}</li>
        ))}
      </ul>
    </>
  );
}

import { useEffect, useState } from 'react';
import { countPrimes, observeSpans } from '../primes/results';

export default function Home() {
  const [results, setResults] = useState<string[]>([]);
  const [spans, setSpans] = useState<string[]>([]);

  useEffect(() => observeSpans((line) => setSpans((earlier) => [...earlier, line])), []);
  useEffect(() => {
    countPrimes().then(setResults);
  }, []);

  return (
    <>
      <h1>Primes</h1>
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

import { expose } from 'atelier-wasm/worker';
import { countPrimes } from './primes';

const handlers = { count: (limit: number) => countPrimes(limit) };
export type Primes = typeof handlers;

expose(handlers);

/** @file What a page has in memory before and after it has made something, and how many of it. */
import { loadContender } from './contenders/index.js';
import { postResults } from './post-results.js';

/**
 * @typedef {import('./browsers.mjs').Memory & { wasm: number }} Snapshot
 * @typedef {() => unknown} Make makes them; what it returns, the page keeps
 */

const CALLS = 100_000;
const WORKERS = 8;
const RUNTIMES = 10;

/** How long workers may take to have nothing more to do, and the engine to give memory back. */
const REST_MS = 500;

/** @type {WebAssembly.Memory[]} */
const memories = [];
WebAssembly.Memory = new Proxy(WebAssembly.Memory, {
  construct(Memory, [descriptor]) {
    const memory = new Memory(descriptor);
    memories.push(memory);
    return memory;
  },
});

/** @returns {Promise<Snapshot>} */
async function snapshot() {
  await new Promise((resolve) => setTimeout(resolve, REST_MS));
  const memory = await /** @type {any} */ (globalThis).memoryNow();
  return { ...memory, wasm: memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0) };
}

/** @param {string} name */
const load = (name) => loadContender(name, false);

/**
 * What of a promise by hand is in the page: it is not even posted.
 * @returns {(method: string, ...args: any[]) => Promise<any>}
 */
function callInMap() {
  /** @type {Map<number, (result: any) => void>} */
  const waiting = new Map();
  let lastId = 0;
  return () => new Promise((resolve) => waiting.set(++lastId, resolve));
}

/**
 * What is measured, by contender: `prepare` is not.
 * @type {Record<string, { count: number, prepare: (name: string) => Promise<Make> }>}
 */
const WHAT = {
  runtime: {
    count: 1,
    prepare: async () => async () => (await import('atelier-wasm')).createTaskRuntime(),
  },
  runtimes: {
    count: RUNTIMES,
    async prepare() {
      const { createTaskRuntime } = await import('atelier-wasm');
      const first = await createTaskRuntime();
      const make = () => Array.from({ length: RUNTIMES }, () => createTaskRuntime());
      return async () => [first, ...(await Promise.all(make()))];
    },
  },
  worker: {
    count: WORKERS,
    async prepare(name) {
      const { make } = await load(name);
      const first = await make(1);
      await first.call('increment', 1);
      return async () => {
        const pool = await make(WORKERS);
        // So long that each worker has one.
        await Promise.all(Array.from({ length: 2 * WORKERS }, () => pool.call('spin', 50)));
        return [first, pool];
      };
    },
  },
  pending: {
    count: CALLS,
    async prepare(name) {
      const pool = name === 'Map' ? { call: callInMap() } : await (await load(name)).make(1);
      if (name !== 'Map') await pool.call('increment', 1);
      const calls = new Array(CALLS).fill(0);
      return () => {
        pool.call('spin', 1e9);
        for (let i = 0; i < CALLS; i++) calls[i] = pool.call('increment', i);
        return [pool, calls];
      };
    },
  },
};

const query = new URLSearchParams(location.search);
const { count, prepare } = WHAT[query.get('what') ?? ''];

await postResults(async () => {
  const make = await prepare(query.get('name') ?? '');
  const before = await snapshot();
  const kept = await make();
  const after = await snapshot();
  return { before, after, count, kept: Boolean(kept) };
});

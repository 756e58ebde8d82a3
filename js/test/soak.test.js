/** @file Many runtimes, one after another, leave nothing. `SOAK_RUNTIMES` makes it longer. */
import { getEventListeners } from 'node:events';

import { expect, test } from '@jest/globals';
import { createTaskRuntime } from 'atelier-wasm';

import { collectGarbage } from './collect-garbage.js';
import { live } from './soak/life.js';
import { ours, worker } from './support.js';

const RUNTIMES = Number(process.env.SOAK_RUNTIMES ?? 40);
// In bytes of JavaScript's heap. A runtime that is held on to has some 8,000; and at first the engine's own code and
// caches grow, however many there are: in Bun by 570,000.
const FIRST_GROWTH = 'bun' in process.versions ? 700_000 : 300_000;
const MAX_GROWTH = FIRST_GROWTH + (RUNTIMES / 2) * 4000;
/** Some 20 seconds of them: a terminated worker of Deno's may run for ten. */
const MAX_COLLECTIONS = 200;

const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Twice, with time for what finalization lets go of. */
async function collect() {
  for (let i = 0; i < 2; i++) {
    await sleep(0);
    collectGarbage();
  }
  await sleep(0);
}

/**
 * Collects until nothing is held, or for a while: what a worker has shared is held until the engine has
 * stopped it, which Deno does not tell.
 * @param {() => boolean} isFree
 */
async function until(isFree) {
  for (let i = 0; i < MAX_COLLECTIONS; i++) {
    await collect();
    if (isFree()) return;
    await sleep(100);
  }
}

/** Gets hold of the memories that are made. */
function watchMemories() {
  const { Memory } = WebAssembly;
  /** @type {WebAssembly.Memory[]} */
  const memories = [];
  WebAssembly.Memory = class extends Memory {
    /** @param {WebAssembly.MemoryDescriptor} descriptor */
    constructor(descriptor) {
      super(descriptor);
      memories.push(this);
    }
  };
  return memories;
}

test(
  'runtimes that were disposed leave no worker, no listener and no memory',
  async () => {
    const memories = watchMemories();
    let running = 0;
    const makeWorker = () => {
      running += 1;
      return worker('handlers.js')().once('exit', () => (running -= 1));
    };
    const { signal } = new AbortController();
    /** @type {WeakRef<object>[]} */
    const refs = [];
    const run = async (/** @type {number} */ count) => {
      for (let i = 0; i < count; i++) {
        refs.push(...(await live({ createTaskRuntime, makeWorker, signal })));
      }
      await until(() => refs.every((ref) => !ref.deref()));
      const [{ buffer }] = memories;
      return { heap: process.memoryUsage().heapUsed, wasm: buffer.byteLength };
    };
    const before = await run(RUNTIMES / 2);
    const after = await run(RUNTIMES / 2);
    if (process.env.SOAK_RUNTIMES) {
      process.stdout.write(`${JSON.stringify({ workers: refs.length / 3, before, after })}\n`);
    }

    expect(running).toBe(0);
    expect(refs.filter((ref) => ref.deref())).toEqual([]);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(ours('mark')).toEqual([]);
    expect(memories).toHaveLength(1);
    expect(after.wasm).toBe(before.wasm);
    expect(after.heap - before.heap).toBeLessThan(MAX_GROWTH);
  },
  60_000 + RUNTIMES * 1000
);

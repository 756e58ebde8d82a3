/** @file Many runtimes in one page, one after another, leave nothing. `SOAK_RUNTIMES`: how many. */
import { readFile } from 'node:fs/promises';

import { expect, test } from './fixtures.js';

const RUNTIMES = Number(process.env.SOAK_RUNTIMES ?? 40);
const BATCH = 10;
// In bytes of JavaScript's heap. A runtime that is held on to has some 8,000; and at first the engine's
// own code and caches grow, however many there are. So this tells in the long run only, the weak
// references always.
const MAX_GROWTH = 300_000 + (RUNTIMES / 2) * 4000;
const LIFE = new URL('../js/test/soak/life.js', import.meta.url);

/** In the page, before its own scripts: gets hold of the memories that are made. */
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
  Object.assign(globalThis, { memories, refs: [], signal: new AbortController().signal });
}

/**
 * In the page: lives so many lives.
 * @param {{ source: string, count: number }} options
 */
async function run({ source, count }) {
  const { refs, signal } = /** @type {any} */ (globalThis);
  const blob = new Blob([source], { type: 'text/javascript' });
  /** @type {typeof import('../js/test/soak/life.js')} */
  const { live } = await import(URL.createObjectURL(blob));
  const { createTaskRuntime } = atelier;
  const options = { createTaskRuntime, makeWorker: workers.handlers, signal };
  for (let i = 0; i < count; i++) refs.push(...(await live(options)));
}

/** In the page: what there is. */
async function look() {
  const { memories, refs } = /** @type {any} */ (globalThis);
  const { held = [], pending = [] } = await navigator.locks.query();
  return {
    memories: memories.length,
    wasm: memories[0].buffer.byteLength,
    workers: refs.length / 3,
    uncollected: refs.filter((/** @type {WeakRef<object>} */ ref) => ref.deref()).length,
    locks: [...held, ...pending].length,
    marks: ours('mark').length,
  };
}

test('runtimes that were disposed leave no worker, no listener and no memory', async ({
  page,
  engine,
}) => {
  test.skip(engine !== 'chromium', 'only DevTools’ protocol collects garbage and counts listeners');
  test.setTimeout(60_000 + RUNTIMES * 1000);
  await page.addInitScript(watchMemories);
  await page.goto(process.env.ATELIER_APP_URL ?? '');
  await page.waitForSelector('html[data-ready]', { state: 'attached' });
  const source = await readFile(LIFE, 'utf8');
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');

  // The C++ side of a runtime is freed when the JavaScript side is collected. An engine that is left
  // alone collects when JavaScript's own heap has grown.
  const collect = () => session.send('HeapProfiler.collectGarbage');
  const half = async () => {
    for (let lived = 0; lived < RUNTIMES / 2; lived += BATCH) {
      await page.evaluate(run, { source, count: BATCH });
      await collect();
    }
    await expect.poll(() => page.workers().length).toBe(0);
    const uncollected = async () => {
      await collect();
      return (await page.evaluate(look)).uncollected;
    };
    await expect.poll(uncollected).toBe(0);
    const { metrics } = await session.send('Performance.getMetrics');
    const metric = (/** @type {string} */ name) =>
      metrics.find((entry) => entry.name === name)?.value ?? NaN;
    return {
      ...(await page.evaluate(look)),
      heap: metric('JSHeapUsedSize'),
      listeners: metric('JSEventListeners'),
    };
  };
  const before = await half();
  const after = await half();
  if (process.env.SOAK_RUNTIMES) console.log(JSON.stringify({ before, after }));

  const { memories, wasm, listeners } = before;
  expect(memories).toBe(1);
  const nothing = { uncollected: 0, locks: 0, marks: 0 };
  expect(after).toMatchObject({ ...nothing, memories, wasm, listeners });
  expect(after.heap - before.heap).toBeLessThan(MAX_GROWTH);
});

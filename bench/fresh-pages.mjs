/** @file What needs a fresh page for each contender in each round. */

/**
 * @typedef {import('./measure.js').Row} Row
 * @typedef {(page: string, query: Record<string, any>) => Promise<any>} Ask
 */

const BEGINNING_ROUNDS = 15;
const MEMORY_ROUNDS = 3;

/**
 * @param {string} part
 * @param {string} title
 * @param {string} unit
 * @param {string[]} names
 * @returns {Row}
 */
const emptyRow = (part, title, unit, names) => ({
  ...{ part, title, unit, spans: false, busy: {}, fewer: {} },
  samples: Object.fromEntries(names.map((name) => [name, []])),
});

/**
 * @param {string[]} names
 * @param {number} rounds
 * @param {(name: string, round: number) => Promise<void>} measure in random order
 */
async function eachRound(names, rounds, measure) {
  for (let round = -1; round < rounds; round++) {
    const order = names.map((name) => ({ name, at: Math.random() }));
    for (const { name } of order.sort((a, b) => a.at - b.at)) await measure(name, round);
  }
}

/**
 * The first call of a page, and those after it.
 * @param {string[]} contenders
 * @param {number} rounds at most
 * @param {Ask} ask
 * @param {(step: string) => void} begin
 * @returns {Promise<Row[]>}
 */
export async function measureBeginning(contenders, rounds, ask, begin) {
  const names = contenders.filter((name) => name !== 'batched');
  const startup = emptyRow('startup', 'start to first result', 'ms', names);
  const first = emptyRow('first', 'the first 20 calls after that', 'µs a call', names);
  await eachRound(names, Math.min(rounds, BEGINNING_ROUNDS), async (name, round) => {
    begin(`${name}: the beginning of a page`);
    const found = await ask('beginning.html', { name });
    if (round < 0) return;
    startup.samples[name].push(found.startup);
    first.samples[name].push(found.first);
  });
  return [startup, first];
}

/** @type {Record<string, { title: string, with: (contenders: string[]) => string[] }>} */
const MEMORY = {
  pending: { title: 'a pending call', with: (contenders) => [...contenders, 'Map'] },
  worker: { title: 'an idle worker', with: (contenders) => contenders },
  runtime: { title: 'the first runtime, with its code', with: () => ['atelier'] },
  runtimes: { title: 'each further runtime', with: () => ['atelier'] },
};

/**
 * What calls, workers and runtimes add to what a page has in memory, in bytes each; in Chromium.
 * @param {string[]} contenders
 * @param {number} rounds at most
 * @param {Ask} ask
 * @param {(step: string) => void} begin
 * @returns {Promise<Row[]>}
 */
export async function measureMemory(contenders, rounds, ask, begin) {
  const compared = contenders.filter((name) => name !== 'batched');
  /** @type {Row[]} */
  const rows = [];
  for (const [what, { title, with: taking }] of Object.entries(MEMORY)) {
    const names = taking(compared);
    const row = (/** @type {string} */ where) =>
      emptyRow('memory', `${title}: ${where}`, 'bytes', names);
    const [heap, wasm, resident] = [row('page heap'), row('wasm'), row('process')];
    await eachRound(names, Math.min(rounds, MEMORY_ROUNDS), async (name, round) => {
      begin(`${name}: the memory of ${title}`);
      const { before, after, count } = await ask('memory.html', { what, name });
      if (round < 0) return;
      heap.samples[name].push((after.heap - before.heap) / count);
      wasm.samples[name].push((after.wasm - before.wasm) / count);
      resident.samples[name].push(grownBy(before.renderers, after.renderers) / count);
    });
    rows.push(heap, wasm, resident);
  }
  return rows;
}

/**
 * @param {import('./browsers.mjs').Memory['renderers']} before
 * @param {import('./browsers.mjs').Memory['renderers']} after
 * @returns {number} bytes that the page's process has more: others do next to nothing meanwhile
 */
function grownBy(before, after) {
  const [{ bytes }] = Object.entries(after)
    .filter(([pid]) => pid in before)
    .map(([pid, { resident, cpuMs }]) => ({
      bytes: resident - before[pid].resident,
      cpuMs: cpuMs - before[pid].cpuMs,
    }))
    .sort((a, b) => b.cpuMs - a.cpuMs);
  return bytes;
}

#!/usr/bin/env node
/** @file Measures the package beside others in a headless browser and prints a table for each state. */
import { parseArgs } from 'node:util';

import { buildWasm } from '../scripts/build.mjs';
import { ensure } from '../scripts/setup.mjs';
import { barsOf } from './bar.mjs';
import { BROWSERS, serveAsking } from './browsers.mjs';
import { NAMES, USUAL } from './contenders/index.js';
import { STATES, enterState, othersShare } from './load.mjs';
import { ISOLATING } from './serve.mjs';
import { printContenders, printWays } from './table.mjs';
import { MORE_WORKLOADS, WORKLOADS } from './workloads/index.js';

/**
 * @typedef {import('./load.mjs').State} State
 * @typedef {import('./measure.js').Row} Row
 */

const BEGINNING_ROUNDS = 15;
const TABLE = [...Object.keys(WORKLOADS), 'beginning'];
const MORE = [...Object.keys(MORE_WORKLOADS), 'span', 'trace', 'abort'];
const PARTS = [...TABLE, ...MORE];

/** No step takes so long: a call has been lost, or the page or the browser hangs. */
const STEP_MS = 60_000;

const USAGE = `Usage: npm run bench [-- options]

  --state <a,b,…>       of ${Object.keys(STATES).join(', ')}; default: all, one after the other
  --only <a,b,…>        of ${TABLE.join(', ')} (default: these),
                        ${MORE.join(', ')}
  --contenders <a,b,…>  of ${NAMES.join(', ')};
                        default: ${USUAL.join()}
  --browser <name>      ${Object.keys(BROWSERS).join(', ')}; default: chromium
  --isolated <yes|no>   no: calls go by messages
  --rounds <n>          at most so many
  --json                prints what was measured, each round's number`;

const { values: options } = parseArgs({
  options: {
    state: { type: 'string', default: Object.keys(STATES).join() },
    only: { type: 'string', default: TABLE.join() },
    contenders: { type: 'string', default: USUAL.join() },
    browser: { type: 'string', default: 'chromium' },
    isolated: { type: 'string', default: 'yes' },
    rounds: { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});
const [states, only, names] = [options.state, options.only, options.contenders].map((list) =>
  list.split(',')
);
const rounds = options.rounds === undefined ? Infinity : Number(options.rounds);
const isolated = options.isolated === 'yes';
const areKnown = [
  states.every((state) => state in STATES),
  only.every((part) => PARTS.includes(part)),
  names.every((name) => NAMES.includes(name)),
  options.browser in BROWSERS,
  ['yes', 'no'].includes(options.isolated),
  rounds >= 1,
].every(Boolean);
if (options.help || !areKnown) {
  console.error(USAGE);
  process.exit(options.help ? 0 : 2);
}

/**
 * What has been measured so far.
 * @type {{ browser: string, isolated: boolean,
 *   states: { state: State, othersShare: number, rows: Row[] }[] }}
 */
const measured = { browser: '', isolated, states: [] };

let step = '';
/** @type {NodeJS.Timeout | undefined} */
let timer;

/** @param {string} what is about to be done, and names who does it */
function begin(what) {
  step = what;
  clearTimeout(timer);
  timer = setTimeout(() => end(new Error(`not done after ${STEP_MS / 1000} s`)), STEP_MS);
}

/** @param {typeof measured['states'][number]} of */
function print({ state, othersShare, rows }) {
  const share = `${(othersShare * 100).toFixed(0)} %`;
  const how = isolated ? 'shared memory' : 'messages';
  console.log(`\n${measured.browser}, ${how}, ${STATES[state].title}`);
  console.log(`(other programs took ${share} of the cores' time before)`);
  const bars = barsOf(rows, { state, browser: options.browser, isolated });
  printContenders(
    rows.filter(({ ways }) => !ways),
    bars
  );
  rows.filter(({ ways }) => ways).forEach(printWays);
}

/**
 * Exits whatever still hangs.
 * @param {unknown} [failure]
 */
function end(failure) {
  if (options.json) console.log(JSON.stringify(measured, null, 2));
  else if (failure && measured.states.length > 0) {
    print(/** @type {any} */ (measured.states.at(-1)));
  }
  if (failure) console.error(`\n${step}: ${failure instanceof Error ? failure.message : failure}`);
  process.exit(failure ? 1 : 0);
}

/**
 * A fresh page for each contender in each round, in random order.
 * @param {(page: string, query: Record<string, any>) => Promise<any>} ask
 * @returns {Promise<Row[]>}
 */
async function measureBeginning(ask) {
  const entrants = names.filter((name) => name !== 'batched');
  const row = (
    /** @type {string} */ part,
    /** @type {string} */ title,
    /** @type {string} */ unit
  ) => ({
    ...{ part, title, unit, spans: false, busy: {}, fewer: {} },
    samples: /** @type {Record<string, number[]>} */ (
      Object.fromEntries(entrants.map((name) => [name, []]))
    ),
  });
  const startup = row('startup', 'start to first result', 'ms');
  const first = row('first', 'the first 20 calls after that', 'µs a call');
  for (let round = -1; round < Math.min(rounds, BEGINNING_ROUNDS); round++) {
    const order = entrants.map((name) => ({ name, at: Math.random() }));
    for (const { name } of order.sort((a, b) => a.at - b.at)) {
      begin(`${name}: the beginning of a page`);
      const found = await ask('beginning.html', { name });
      if (round < 0) continue;
      startup.samples[name].push(found.startup);
      first.samples[name].push(found.first);
    }
  }
  return [startup, first];
}

/**
 * @param {State} state
 * @param {(page: string, query: Record<string, any>) => Promise<any>} ask
 */
async function measureIn(state, ask) {
  begin(`the state ${state}`);
  /** @type {Row[]} */
  const rows = [];
  const found = { state, othersShare: await othersShare(), rows };
  measured.states.push(found);
  const leave = await enterState(state);
  for (const part of PARTS.filter((part) => only.includes(part))) {
    const startMs = performance.now();
    begin(part);
    rows.push(
      ...(part === 'beginning'
        ? await measureBeginning(ask)
        : await ask('suite.html', { part, names, rounds }))
    );
    const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
    console.error(`${STATES[state].title}, ${part}: ${seconds} s`);
  }
  leave();
  if (!options.json) print(found);
}

try {
  await buildWasm(await ensure(['npm', 'emscripten']));
  begin('opening the browser');
  const browser = await BROWSERS[options.browser]();
  const { ask, close } = await serveAsking(['suite.html', 'beginning.html'], {
    headers: { ...(isolated && ISOLATING), ...browser.headers },
    begun: begin,
  });
  measured.browser = browser.name;
  for (const state of /** @type {State[]} */ (states)) {
    await measureIn(state, (page, query) => ask(page, query, browser.open));
  }
  begin('closing the browser');
  await browser.close();
  await close();
  end();
} catch (error) {
  end(error);
}

#!/usr/bin/env node
/** @file Measures the package beside others in a headless browser and prints a table for each state. */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { buildWasm } from '../scripts/build.mjs';
import { ensure } from '../scripts/setup.mjs';
import { barsOf } from './bar.mjs';
import { BROWSERS, serveAsking } from './browsers.mjs';
import { NAMES, USUAL } from './contenders/index.js';
import { measureBeginning, measureMemory } from './fresh-pages.mjs';
import { STATES, enterState, othersShare } from './load.mjs';
import { ISOLATING } from './serve.mjs';
import { printContenders, printMemory, printWays } from './table.mjs';
import { MORE_WORKLOADS, WORKLOADS } from './workloads/index.js';

/**
 * @typedef {import('./load.mjs').State} State
 * @typedef {import('./measure.js').Row} Row
 */

const TABLE = [...Object.keys(WORKLOADS), 'beginning'];
const MORE = [...Object.keys(MORE_WORKLOADS), 'span', 'trace', 'abort', 'memory'];
const PARTS = [...TABLE, ...MORE];

const PAGES = ['suite.html', 'beginning.html', 'memory.html'];

/** No step takes so long: a call has been lost, or the page or the browser hangs. */
const STEP_MS = 60_000;

/** How long a browser with a page that hangs may take to close. */
const CLOSE_MS = 5000;

const USAGE = `Usage: npm run bench [-- options]

  --state <a,b,…>       of ${Object.keys(STATES).join(', ')}; default: all, one after the other;
                        quiet, if none of the table's parts is measured
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
    state: { type: 'string' },
    only: { type: 'string', default: TABLE.join() },
    contenders: { type: 'string', default: USUAL.join() },
    browser: { type: 'string', default: 'chromium' },
    isolated: { type: 'string', default: 'yes' },
    rounds: { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});
const [only, names] = [options.only.split(','), options.contenders.split(',')];
const usualStates = only.some((part) => TABLE.includes(part)) ? Object.keys(STATES) : ['quiet'];
const states = options.state?.split(',') ?? usualStates;
const rounds = options.rounds === undefined ? Infinity : Number(options.rounds);
const isolated = options.isolated === 'yes';
const unknown = [
  ...states.filter((state) => !(state in STATES)).map((state) => `--state ${state}`),
  ...only.filter((part) => !PARTS.includes(part)).map((part) => `--only ${part}`),
  ...names.filter((name) => !NAMES.includes(name)).map((name) => `--contenders ${name}`),
  ...(options.browser in BROWSERS ? [] : [`--browser ${options.browser}`]),
  ...(['yes', 'no'].includes(options.isolated) ? [] : [`--isolated ${options.isolated}`]),
  ...(rounds >= 1 ? [] : [`--rounds ${options.rounds}`]),
];
if (options.browser !== 'chromium' && only.includes('memory'))
  unknown.push(`--only memory in ${options.browser}`);
if (options.help || unknown.length > 0) {
  console.error(options.help ? USAGE : `Not known: ${unknown.join(', ')}\n\n${USAGE}`);
  process.exit(options.help ? 0 : 2);
}

/**
 * What has been measured so far.
 * @type {{ browser: string, isolated: boolean,
 *   states: { state: State, othersShare: number, rows: Row[] }[] }}
 */
const measured = { browser: '', isolated, states: [] };

/** @type {import('./browsers.mjs').Browser | undefined} */
let browser;
/** @type {typeof measured['states'][number] | undefined} */
let unfinished;
/** @type {Promise<void> | undefined} */
let ending;
let step = '';
/** @type {NodeJS.Timeout | undefined} */
let timer;

/** @param {string} what is about to be done, and names who does it */
function begin(what) {
  step = what;
  clearTimeout(timer);
  timer = setTimeout(() => end(new Error(`not done after ${STEP_MS / 1000} s`)), STEP_MS);
}

/** @param {Row} row */
const isOfCalls = ({ ways, part }) => !ways && part !== 'memory';

/**
 * @param {State} state
 * @param {Row[]} rows
 */
const barsIn = (state, rows) =>
  barsOf(rows.filter(isOfCalls), { state, browser: options.browser, isolated });

/** @param {typeof measured['states'][number]} of */
function print({ state, othersShare, rows }) {
  const share = `${(othersShare * 100).toFixed(0)} %`;
  const how = isolated ? 'shared memory' : 'messages';
  console.log(`\n${measured.browser}, ${how}, ${STATES[state].title}`);
  console.log(`(other programs took ${share} of the cores' time before)`);
  printContenders(rows.filter(isOfCalls), barsIn(state, rows));
  rows.filter(({ ways }) => ways).forEach(printWays);
  printMemory(rows.filter(({ part }) => part === 'memory'));
}

/**
 * Exits whatever still hangs. The first to call it decides how.
 * @param {unknown} [failure]
 */
const end = (failure) => (ending ??= finish(failure));

/** @param {unknown} failure */
async function finish(failure) {
  clearTimeout(timer);
  if (options.json) {
    const states = measured.states.map((of) => ({ ...of, bars: barsIn(of.state, of.rows) }));
    console.log(JSON.stringify({ ...measured, states }, null, 2));
  } else if (unfinished) print(unfinished);
  await Promise.race([browser?.close().catch(() => {}), delay(CLOSE_MS)]);
  if (failure) console.error(`\n${step}: ${failure instanceof Error ? failure.message : failure}`);
  process.exit(failure ? 1 : 0);
}

/**
 * @param {string} part
 * @param {import('./fresh-pages.mjs').Ask} ask
 * @returns {Promise<Row[]>}
 */
async function measurePart(part, ask) {
  begin(part);
  if (part === 'beginning') return measureBeginning(names, rounds, ask, begin);
  if (part === 'memory') return measureMemory(names, rounds, ask, begin);
  return ask('suite.html', { part, names, rounds });
}

/**
 * @param {State} state
 * @param {import('./fresh-pages.mjs').Ask} ask
 */
async function measureIn(state, ask) {
  begin(`the state ${state}`);
  /** @type {Row[]} */
  const rows = [];
  const found = { state, othersShare: await othersShare(), rows };
  measured.states.push(found);
  unfinished = found;
  const leave = await enterState(state);
  for (const part of PARTS.filter((part) => only.includes(part))) {
    const startMs = performance.now();
    rows.push(...(await measurePart(part, ask)));
    const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
    console.error(`${STATES[state].title}, ${part}: ${seconds} s`);
  }
  leave();
  unfinished = undefined;
  if (!options.json) print(found);
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => end(new Error(`ended by ${signal}`)));
}

try {
  await buildWasm(await ensure(['npm', 'emscripten']));
  begin('opening the browser');
  browser = await BROWSERS[options.browser]();
  const { ask } = await serveAsking(PAGES, {
    headers: { ...(isolated && ISOLATING), ...browser.headers },
    begun: begin,
  });
  const { name, open } = browser;
  measured.browser = name;
  for (const state of /** @type {State[]} */ (states))
    await measureIn(state, (page, query) => ask(page, query, open));
  await end();
} catch (error) {
  await end(error);
}

#!/usr/bin/env node
/** @file Measures the package beside others in headless Chromium and prints tables. */
import { parseArgs } from 'node:util';

import { buildWasm } from '../scripts/build.mjs';
import { ensure } from '../scripts/setup.mjs';
import { measureSizes } from '../scripts/size.mjs';
import { barsOf } from './bar.mjs';
import { openInFirefox, serveAsking, startChromium } from './browsers.mjs';
import { NAMES } from './contenders/index.js';
import { printBars, printContenders, printWays } from './table.mjs';
import { WORKLOADS } from './workloads/index.js';

/** @typedef {import('./measure.js').Row} Row */

const STARTUP_ROUNDS = 15;
const PARTS = [...Object.keys(WORKLOADS), 'startup', 'span', 'trace', 'abort', 'size'];

/** No step takes so long: a call has been lost, or the page or the browser hangs. */
const STEP_MS = 60_000;

const USAGE = `Usage: npm run bench [-- options]

  --only <a,b,…>        of ${PARTS.join(', ')}
  --contenders <a,b,…>  of ${NAMES.join(', ')}
  --rounds <n>          at most so many
  --json                prints what was measured, each round's number
  --firefox             in the Firefox that FIREFOX_PATH names`;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: PARTS.join() },
    contenders: { type: 'string', default: NAMES.join() },
    rounds: { type: 'string' },
    json: { type: 'boolean' },
    firefox: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});
const [only, names] = [options.only.split(','), options.contenders.split(',')];
const rounds = options.rounds === undefined ? Infinity : Number(options.rounds);
const isKnown = [...only, ...names].every((name) => [...PARTS, ...NAMES].includes(name));
if (options.help || !isKnown || !(rounds >= 1)) {
  console.error(USAGE);
  process.exit(options.help ? 0 : 2);
}

/** What has been measured so far. */
const measured = {
  browser: '',
  /** @type {Row[]} */
  rows: [],
  sizeKb: NaN,
};

let step = '';
/** @type {NodeJS.Timeout | undefined} */
let timer;

/** @param {string} what is about to be done, and names who does it */
function begin(what) {
  step = what;
  clearTimeout(timer);
  timer = setTimeout(() => end(new Error(`not done after ${STEP_MS / 1000} s`)), STEP_MS);
}

/**
 * Prints what there is, and exits whatever still hangs.
 * @param {unknown} [failure]
 */
function end(failure) {
  const { browser, rows, sizeKb } = measured;
  const bars = barsOf(rows, sizeKb);
  if (options.json) console.log(JSON.stringify({ browser, rows, bars }, null, 2));
  else {
    if (browser) console.log(browser);
    printContenders(rows.filter(({ ways }) => !ways));
    rows.filter(({ ways }) => ways).forEach(printWays);
    printBars(bars);
  }
  if (failure) console.error(`\n${step}: ${failure instanceof Error ? failure.message : failure}`);
  process.exit(failure ? 1 : 0);
}

/**
 * A fresh page for each contender in each round, in random order.
 * @param {(page: string, query: Record<string, any>) => Promise<any>} ask
 * @returns {Promise<Row[]>}
 */
async function measureStartup(ask) {
  const title = 'start to first result';
  /** @type {Row[]} */
  const rows = [false, true].map((spans) => ({
    ...{ part: 'startup', title, unit: 'ms', spans, busy: {}, fewer: {} },
    samples: Object.fromEntries(names.map((name) => [name, []])),
  }));
  for (let round = -1; round < Math.min(rounds, STARTUP_ROUNDS); round++) {
    const pages = rows.flatMap((row) => names.map((name) => ({ row, name, at: Math.random() })));
    for (const { row, name } of pages.sort((a, b) => a.at - b.at)) {
      begin(`${name}: ${title}`);
      const ms = await ask('startup.html', { name, spans: row.spans });
      if (round >= 0) row.samples[name].push(ms);
    }
  }
  return rows;
}

/** @param {string[]} parts */
async function measureInPages(parts) {
  begin('opening the browser');
  const { ask, close } = await serveAsking(['suite.html', 'startup.html'], begin);
  const browser = options.firefox
    ? { name: 'Firefox', open: openInFirefox, close() {} }
    : await startChromium();
  measured.browser = browser.name;
  for (const part of parts) {
    const startMs = performance.now();
    begin(part);
    const found =
      part === 'startup'
        ? await measureStartup((page, query) => ask(page, query, browser.open))
        : await ask('suite.html', { part, names, rounds }, browser.open);
    measured.rows.push(...found);
    console.error(`${part}: ${((performance.now() - startMs) / 1000).toFixed(0)} s`);
  }
  begin('closing the browser');
  await browser.close();
  await close();
}

try {
  await buildWasm(await ensure(['npm', 'emscripten']));
  if (only.includes('size')) {
    measured.sizeKb = (await measureSizes())['the page: that, and wasm'].gzipped / 1000;
  }
  const inPages = PARTS.filter((part) => only.includes(part) && part !== 'size');
  if (inPages.length > 0) await measureInPages(inPages);
  end();
} catch (error) {
  end(error);
}

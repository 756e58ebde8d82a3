#!/usr/bin/env node
/**
 * @file What a span costs after many earlier ones, in headless Chromium, in Firefox and in
 * Node: a page or a process for each way, one after the other.
 *
 * Usage: node bench/growth.mjs [how many spans to go to, default 10000] [which ways, default all]
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { BROWSERS, serveAsking } from './browsers.mjs';
import { WAYS } from './growth.js';

/** @typedef {{ rows: import('./growth.js').Row[], made: number, observed: number }} Result */

const [, , most = '10000', ...ways] = process.argv;
const MARKS = [0, 10_000, 100_000, 1_000_000].filter((mark) => mark <= Number(most));

const [chromium, firefox] = [await BROWSERS.chromium(), await BROWSERS.firefox()];
const { ask, close } = await serveAsking(['growth.html']);

/**
 * @param {string} way
 * @param {import('./browsers.mjs').Open} open
 * @returns {Promise<Result>}
 */
const inPage = (way, open) => ask('growth.html', { way, marks: MARKS.join() }, open);

/**
 * @param {string} way
 * @returns {Promise<Result>}
 */
async function inNode(way) {
  const growth = fileURLToPath(new URL('growth.js', import.meta.url));
  const code = `
    import { measureGrowth } from ${JSON.stringify(growth)};
    const result = await measureGrowth(${JSON.stringify(way)}, ${JSON.stringify(MARKS)});
    console.log(JSON.stringify(result));
    process.exit();`;
  const node = ['--input-type=module', '--max-old-space-size=8000', '--eval', code];
  const { stdout } = await promisify(execFile)(process.execPath, node);
  return JSON.parse(stdout);
}

/** @type {Record<string, (way: string) => Promise<Result>>} */
const ENGINES = {
  Chromium: (way) => inPage(way, chromium.open),
  Firefox: (way) => inPage(way, firefox.open),
  Node: inNode,
};

try {
  for (const [engine, run] of Object.entries(ENGINES)) {
    console.log(`\n${engine}: median µs a span, after so many earlier ones\n`);
    const table = [];
    for (const way of ways.length > 0 ? ways : WAYS) {
      const { rows, made, observed } = await run(way);
      table.push({
        way,
        ...Object.fromEntries(rows.map(({ earlier, us }) => [earlier, us.toFixed(1)])),
        kept: rows.at(-1)?.kept,
        missed: made - observed,
      });
    }
    console.table(table);
  }
} finally {
  await chromium.close();
  await firefox.close();
  await close();
}

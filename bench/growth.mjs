#!/usr/bin/env node
/**
 * @file What a span costs after many earlier ones, in headless Chromium, in Firefox if `FIREFOX_PATH`
 * names it, and in Node: a page or a process for each way, one after the other.
 *
 * Usage: node bench/growth.mjs [how many spans to go to, default 10000] [which ways, default all]
 */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { chromium } from '@playwright/test';

import { launchOptions } from '../test-browser/chromium.js';
import { WAYS } from './growth.js';
import { buildAndServe } from './serve.mjs';

/** @typedef {{ rows: import('./growth.js').Row[], made: number, observed: number, error?: string }} Result */

const [, , most = '10000', ...ways] = process.argv;
const MARKS = [0, 10_000, 100_000, 1_000_000].filter((mark) => mark <= Number(most));

/** @type {(result: Result) => void} */
let received = () => {};
const { url, close } = await buildAndServe(['growth.html'], {
  name: 'results',
  configurePreviewServer(server) {
    server.middlewares.use('/results', async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      response.end();
      received(JSON.parse(body));
    });
  },
});

/**
 * @param {string} way
 * @param {(url: string) => Promise<() => Promise<unknown>>} open returns what closes it
 * @returns {Promise<Result>}
 */
async function inPage(way, open) {
  /** @type {Promise<Result>} */
  const result = new Promise((resolve) => (received = resolve));
  const query = new URLSearchParams({ way, marks: MARKS.join() });
  const end = await open(new URL(`growth.html?${query}`, url).href);
  try {
    return await result;
  } finally {
    await end();
  }
}

/** @param {string} address */
async function openInChromium(address) {
  const browser = await chromium.launch(launchOptions());
  const page = await browser.newPage();
  await page.goto(address);
  return () => browser.close();
}

/** @param {string} address */
async function openInFirefox(address) {
  const profile = await mkdtemp(join(tmpdir(), 'atelier-firefox-'));
  await writeFile(
    join(profile, 'user.js'),
    'user_pref("browser.shell.checkDefaultBrowser", false);'
  );
  const firefox = process.env.FIREFOX_PATH ?? '';
  const browser = spawn(firefox, ['--headless', '--no-remote', '--profile', profile, address]);
  return async () => {
    browser.kill();
    await new Promise((resolve) => browser.once('exit', resolve));
    await rm(profile, { recursive: true, force: true });
  };
}

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
  Chromium: (way) => inPage(way, openInChromium),
  ...(process.env.FIREFOX_PATH && { Firefox: (way) => inPage(way, openInFirefox) }),
  Node: inNode,
};

try {
  for (const [engine, run] of Object.entries(ENGINES)) {
    console.log(`\n${engine}: median µs a span, after so many earlier ones\n`);
    const table = [];
    for (const way of ways.length > 0 ? ways : WAYS) {
      const { rows, made, observed, error } = await run(way);
      if (error) throw new Error(`${engine}, ${way}: ${error}`);
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
  await close();
}

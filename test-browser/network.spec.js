/**
 * @file Workers that start behind slow networks, beside plain workers that are sent as many messages on
 * the same page. `NETWORK=1` runs all of it and prints a table.
 */
import { join } from 'node:path';

import { expect, test } from './fixtures.js';
import { serveSlowly } from './slow-server.js';

/** @typedef {import('./fixtures.js').Page} Page */
/** @typedef {{ latencyMs: number, bytesPerSecond: number }} Network */

const ALL = Boolean(process.env.NETWORK);
const CALLS = 10;

/** What starts at the same time on one page. @type {Record<string, string[]>} */
const KINDS = {
  'a small script': ['small'],
  'a script of 3 MB': ['large'],
  'imports that come late': ['split'],
  'a top-level await of imports': ['awaits'],
  'computes for 3 s first': ['computes'],
  'a small one beside one of 3 MB': ['small', 'large'],
};

/** @type {Network[]} */
const NETWORKS = (ALL ? [0, 300, 2_000] : [300]).flatMap((latencyMs) =>
  (ALL ? [Infinity, 1_000_000, 200_000] : [1_000_000]).map((bytesPerSecond) => ({
    latencyMs,
    bytesPerSecond,
  }))
);

/** @param {Network} network */
function nameOf({ latencyMs, bytesPerSecond }) {
  const bandwidth = bytesPerSecond === Infinity ? 'no limit' : `${bytesPerSecond / 1000} kB/s`;
  return `${latencyMs} ms, ${bandwidth}`;
}

/**
 * Opens the page with nothing cached, and again.
 * @param {Page} page
 * @param {boolean} isolated
 * @param {Network} network
 * @param {string[]} kinds
 */
async function startTwice(page, isolated, { latencyMs, bytesPerSecond }, kinds) {
  let requests = 0;
  const folder = join(process.env.ATELIER_APP_FOLDER ?? '', 'dist/network');
  const server = await serveSlowly(folder, {}, isolated, () => {
    requests += 1;
    return { delayMs: latencyMs, bytesPerSecond };
  });
  /** @type {{ calls: number, messages: number, requests: number, seconds: number }[]} */
  const visits = [];
  for (let visit = 0; visit < 2; visit++) {
    requests = 0;
    const sinceMs = performance.now();
    await page.goto(`${server.url}index.html`);
    await page.waitForSelector('html[data-ready]', { state: 'attached' });
    const counts = await page.evaluate(({ kinds, calls }) => start(kinds, calls), {
      kinds,
      calls: CALLS,
    });
    visits.push({ ...counts, requests, seconds: (performance.now() - sinceMs) / 1000 });
  }
  await page.goto('about:blank');
  await server.close();
  return visits;
}

/** @type {string[]} */
const table = [];

for (const network of NETWORKS) {
  test(`every call settles right: ${nameOf(network)}`, async ({ started, mode }) => {
    test.setTimeout(300_000); // the slowest network needs a minute
    const rows = await Promise.all(
      Object.entries(KINDS).map(async ([kind, workers]) => {
        const { page, close } = await started.open();
        const visits = await startTwice(page, mode !== 'messages', network, workers);
        await close();
        return { kind, count: CALLS * workers.length, visits };
      })
    );
    const cells = rows.map(({ visits: [cold, warm] }) =>
      [cold.calls + warm.calls, cold.messages + warm.messages].join(', ')
    );
    const seconds = rows.flatMap(({ visits }) => visits.map(({ seconds }) => seconds));
    table.push([nameOf(network), ...cells, Math.max(...seconds).toFixed(1)].join(' | '));
    for (const { kind, count, visits } of rows) {
      const [cold, warm] = visits;
      expect([cold.calls, warm.calls], kind).toEqual([count, count]);
      expect(warm.requests, kind).toBeLessThan(cold.requests);
    }
  });
}

test.afterAll(() => {
  if (!ALL) return;
  const header = ['network', ...Object.keys(KINDS), 'slowest, s'];
  const rows = [header.join(' | '), header.map(() => '---').join(' | '), ...table];
  const { name } = test.info().project;
  console.log(
    `${name}, calls and messages that settled right, of ${2 * CALLS} each (${4 * CALLS} for two ` +
      `workers):\n\n${rows.map((row) => `| ${row} |`).join('\n')}\n`
  );
});

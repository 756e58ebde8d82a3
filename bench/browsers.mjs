/** @file Opens pages that post what they have found (post-results.js). */
import { readFile } from 'node:fs/promises';

import { chromium } from '@playwright/test';

import { launchOptions } from '../test-browser/chromium.js';
import { startFirefox } from '../test-browser/engines/firefox.js';
import { startWebKit } from '../test-browser/engines/webkit.js';
import { ISOLATING, buildAndServe } from './serve.mjs';

/**
 * @typedef {(address: string, lost: (error: Error) => void) => Promise<() => Promise<unknown>>} Open
 *   opens a page; returns what closes it
 * @typedef {object} Browser
 * @property {string} name
 * @property {Open} open each page has nothing cached
 * @property {() => Promise<void>} close
 * @property {Record<string, string>} [headers] that it needs of each response
 */

/**
 * @param {string[]} pages
 * @param {{ headers?: Record<string, string>, begun?: (step: string) => void }} [options] `headers`
 *   of each response, default: those that isolate a page; `begun` hears what a page begins to do
 * @returns {Promise<{ ask: (page: string, query: Record<string, any>, open: Open) => Promise<any>,
 *   close: () => Promise<void> }>} `ask` opens a page and resolves to what it has found
 */
export async function serveAsking(pages, { headers = ISOLATING, begun = () => {} } = {}) {
  /** @type {(found: any) => void} */
  let received = () => {};
  /** @type {(error: Error) => void} */
  let lost = () => {};
  const { url, close } = await buildAndServe(pages, headers, {
    name: 'results',
    configurePreviewServer(server) {
      server.middlewares.use('/results', async (request, response) => {
        let body = '';
        for await (const chunk of request) body += chunk;
        response.end();
        const { step, error, found } = JSON.parse(body);
        if (step) begun(step);
        else if (error) lost(new Error(error));
        else received(found);
      });
    },
  });
  return {
    close,
    async ask(page, query, open) {
      const result = new Promise((resolve, reject) => {
        received = resolve;
        lost = reject;
      });
      result.catch(() => {});
      const end = await open(new URL(`${page}?${new URLSearchParams(query)}`, url).href, lost);
      try {
        return await result;
      } finally {
        await end();
      }
    },
  };
}

/**
 * @typedef {object} Memory
 * @property {number} heap bytes of the page's JavaScript heap after a collection
 * @property {Record<string, { resident: number, cpuMs: number }>} renderers by process id: the bytes
 *   that each has in memory; in Linux only
 */

/** @param {number} pid */
async function residentBytes(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
}

/**
 * @returns {Promise<Browser>} whose pages can ask how long their main thread has been running, and
 *   what they have in memory
 */
async function startInChromium() {
  const browser = await chromium.launch(await launchOptions());
  const processes = await browser.newBrowserCDPSession();
  return {
    name: `Chromium ${browser.version()}`,
    close: () => browser.close(),
    async open(address, lost) {
      const context = await browser.newContext();
      const page = await context.newPage();
      const session = await context.newCDPSession(page);
      await session.send('Performance.enable');
      await page.exposeFunction('mainThreadMs', async () => {
        const { metrics } = await session.send('Performance.getMetrics');
        return (metrics.find(({ name }) => name === 'ThreadTime')?.value ?? 0) * 1000;
      });
      await page.exposeFunction('memoryNow', async () => {
        await session.send('HeapProfiler.collectGarbage');
        const { usedSize, embedderHeapUsedSize } = /** @type {any} */ (
          await session.send('Runtime.getHeapUsage')
        );
        const { processInfo } = await processes.send('SystemInfo.getProcessInfo');
        /** @type {Memory['renderers']} */
        const renderers = {};
        for (const { type, id, cpuTime } of processInfo) {
          if (type !== 'renderer') continue;
          renderers[id] = { resident: await residentBytes(id), cpuMs: cpuTime * 1000 };
        }
        return { heap: usedSize + embedderHeapUsedSize, renderers };
      });
      page.on('pageerror', lost);
      page.on('crash', () => lost(new Error('The page has crashed.')));
      page.on('close', () => lost(new Error('The page was closed.')));
      await page.goto(address);
      return () => context.close();
    },
  };
}

/**
 * @param {string} name
 * @param {import('../test-browser/engines/engine.js').Engine} engine
 * @returns {Browser}
 */
function withEngine(name, engine) {
  /** @type {Set<() => Promise<void>>} */
  const pages = new Set();
  return {
    name,
    async close() {
      await Promise.all([...pages].map((close) => close()));
      await engine.close();
    },
    async open(address, lost) {
      const { page, close } = await engine.open();
      pages.add(close);
      page.on('pageerror', lost);
      await page.goto(address);
      return () => {
        pages.delete(close);
        return close();
      };
    },
  };
}

/** @type {Record<string, () => Promise<Browser>>} */
export const BROWSERS = {
  chromium: startInChromium,
  // A page that is not isolated has a clock of whole milliseconds otherwise.
  firefox: async () =>
    withEngine('Firefox', await startFirefox({ 'privacy.reduceTimerPrecision': false })),
  // In an isolated page it does not start workers whose scripts it has cached.
  webkit: async () => ({
    ...withEngine('WebKitGTK', await startWebKit()),
    headers: { 'Cache-Control': 'no-store' },
  }),
};

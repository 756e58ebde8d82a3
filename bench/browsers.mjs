/** @file Opens pages that post what they have found (post-results.js). */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium } from '@playwright/test';

import { launchOptions } from '../test-browser/chromium.js';
import { buildAndServe } from './serve.mjs';

/**
 * @typedef {(address: string, lost: (error: Error) => void) => Promise<() => Promise<unknown>>} Open
 *   opens a page; returns what closes it
 */

/**
 * @param {string[]} pages
 * @param {(step: string) => void} [begun] hears what a page begins to do
 * @returns {Promise<{ ask: (page: string, query: Record<string, any>, open: Open) => Promise<any>,
 *   close: () => Promise<void> }>} `ask` opens a page and resolves to what it has found
 */
export async function serveAsking(pages, begun = () => {}) {
  /** @type {(found: any) => void} */
  let received = () => {};
  /** @type {(error: Error) => void} */
  let lost = () => {};
  const { url, close } = await buildAndServe(pages, {
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
 * @returns {Promise<{ name: string, open: Open, close: () => Promise<void> }>} each page has a
 *   context of its own, so nothing is cached, and can ask how long its main thread has been running
 */
export async function startChromium() {
  const browser = await chromium.launch(await launchOptions());
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
      page.on('pageerror', lost);
      page.on('crash', () => lost(new Error('The page has crashed.')));
      page.on('close', () => lost(new Error('The page was closed.')));
      await page.goto(address);
      return () => context.close();
    },
  };
}

/** @type {Open} a browser of its own: FIREFOX_PATH names it */
export async function openInFirefox(address) {
  const profile = await mkdtemp(join(tmpdir(), 'atelier-firefox-'));
  await writeFile(
    join(profile, 'user.js'),
    'user_pref("browser.shell.checkDefaultBrowser", false);'
  );
  const firefox = process.env.FIREFOX_PATH ?? '';
  const browser = spawn(firefox, ['--headless', '--no-remote', '--profile', profile, address]);
  const kill = () => browser.kill();
  process.once('exit', kill);
  return async () => {
    process.off('exit', kill);
    kill();
    await new Promise((resolve) => browser.once('exit', resolve));
    await rm(profile, { recursive: true, force: true });
  };
}

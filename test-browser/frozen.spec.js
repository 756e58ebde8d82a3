/**
 * @file A page that the browser freezes while its workers start. Playwright's pages never are, for they
 * have an emulated focus: this one is Puppeteer's.
 */
import { EventEmitter, once } from 'node:events';

import puppeteer from 'puppeteer-core';

import { launchOptions } from './chromium.js';
import { expect, test } from './fixtures.js';
import { serveSlowly } from './slow-server.js';

const START_TIMEOUT_MS = 2_000;

const FILES = {
  '/page.html': `<!doctype html><link rel="icon" href="data:," /><script type="module">
    import { createTaskRuntime } from '/node_modules/atelier-wasm/js/index.js';
    globalThis.frozenMs = new Promise((resume) => {
      document.addEventListener('freeze', () => {
        const sinceMs = performance.now();
        document.addEventListener('resume', () => resume(performance.now() - sinceMs));
      });
    });
    const runtime = await createTaskRuntime();
    const task = runtime.defineTask({
      type: 'parallel', poolSize: 2, startTimeoutMs: ${START_TIMEOUT_MS},
      worker: () => new Worker('/worker.js', { type: 'module' }),
    });
    globalThis.results = Promise.all([task.ok(), task.ok(), task.ok()]);
  </script>`,
  '/worker.js': `import { expose } from '/node_modules/atelier-wasm/js/worker.js';
    expose({ ok: () => 'ok' });`,
};

for (const answered of ['meanwhile', 'after that']) {
  test(`workers of a frozen page, with an answer of the server ${answered}, start`, async ({
    engine,
    mode,
  }) => {
    test.skip(engine !== 'chromium', 'no other engine can be told to freeze a page');
    const events = new EventEmitter();
    const requested = once(events, 'requested');
    const answer = once(events, 'answer');
    const folder = process.env.ATELIER_APP_FOLDER ?? '';
    const server = await serveSlowly(folder, FILES, mode !== 'messages', async (path) => {
      if (path === '/worker.js') {
        events.emit('requested');
        await answer;
      }
      return {};
    });
    const browser = await puppeteer.launch(await launchOptions());
    const page = await browser.newPage();
    await page.goto(`${server.url}page.html`);
    await requested;

    const session = await page.createCDPSession();
    await session.send('Page.setWebLifecycleState', { state: 'frozen' });
    if (answered === 'meanwhile') events.emit('answer');
    await new Promise((next) => setTimeout(next, START_TIMEOUT_MS + 500)); // longer than they may take
    await session.send('Page.setWebLifecycleState', { state: 'active' });
    events.emit('answer');

    const found = await page.evaluate(() => Promise.all([frozenMs, results]));
    expect(found).toEqual([expect.any(Number), ['ok', 'ok', 'ok']]);
    expect(found[0]).toBeGreaterThan(START_TIMEOUT_MS);
    await browser.close();
    await server.close();
  });
}

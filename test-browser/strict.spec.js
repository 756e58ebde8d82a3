import { join } from 'node:path';

import { serveFiles } from '../test-bundlers/servers.js';
import { expect, test as base } from './fixtures.js';

/**
 * @import { Fixtures, PlaywrightTestArgs } from '@playwright/test'
 * @typedef {import('@playwright/test').Page} Page
 * @typedef {import('@playwright/test').Worker} Worker
 * @typedef {Awaited<ReturnType<typeof serveFiles>>} Server
 *
 * @typedef {object} StrictPages
 * @property {(csp: string, workersCsp?: string) => Promise<string>} open opens the test app,
 *   with this policy in the header of every response, or another in workers' scripts; resolves to its
 *   origin
 * @property {string} cdn another origin, which has the package's wasm
 * @property {(origin: string) => string[]} paths what the page and its workers have requested of an
 *   origin, without the hashes in the files' names
 * @property {() => number} count how many requests there were at all
 * @property {() => Promise<object[]>} violations of the page's policy and of its workers', so far
 */

base.skip(
  ({ engine }) => engine !== 'chromium',
  'only DevTools’ protocol tells what workers request, and runs code in them'
);

const CSP =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'";
const TRUSTED = `${CSP}; require-trusted-types-for 'script'`;

const APP = ['/', '/assets/index.js'];
const WASM = '/assets/atelier.wasm';
const HANDLERS = '/assets/handlers.worker.js';

/** Runs in the page and in workers: the browser has kept what happened before. */
const reports = () => {
  const options = { buffered: true, types: ['csp-violation'] };
  const observer = new ReportingObserver(() => {}, options);
  observer.observe();
  return /** @type {any[]} */ (observer.takeRecords()).map((report) => report.toJSON().body);
};

const test = base.extend(
  /** @type {Fixtures<{ strict: StrictPages }, {}, PlaywrightTestArgs>} */ ({
    strict: async ({ page }, use) => {
      const folder = process.env.ATELIER_APP_FOLDER ?? '';
      /** @type {Server[]} */
      const servers = [];
      /** @type {URL[]} */
      const requests = [];
      page.on('request', (request) => requests.push(new URL(request.url())));
      const cdn = await serveFiles(join(folder, 'node_modules/atelier-wasm/dist'), {
        isolated: false,
        headers: () => ({
          'Access-Control-Allow-Origin': '*',
          'Cross-Origin-Resource-Policy': 'cross-origin',
        }),
      });
      servers.push(cdn);
      await use({
        cdn: new URL(cdn.url).origin,
        async open(csp, workersCsp = csp) {
          const server = await serveFiles(join(folder, 'dist'), {
            isolated: true,
            headers: (pathname) => ({
              'Content-Security-Policy': pathname.includes('.worker-') ? workersCsp : csp,
            }),
          });
          servers.push(server);
          await page.goto(server.url);
          await page.waitForSelector('html[data-ready]', { state: 'attached' });
          return new URL(server.url).origin;
        },
        paths: (origin) =>
          requests
            .filter((url) => url.origin === origin)
            .map(({ pathname }) => pathname.replace(/-[\w-]{8}(?=\.\w+$)/, '')),
        count: () => requests.length,
        violations: async () => {
          const workers = page.workers().map((worker) => worker.evaluate(reports));
          return (await Promise.all([page.evaluate(reports), ...workers])).flat();
        },
      });
      await Promise.all(servers.map((server) => server.close()));
    },
  })
);

/**
 * Makes calls of every kind on one worker, which is still there afterwards.
 * @param {Page} page
 * @param {{ worker?: string, wasm?: string }} [options] a worker of the app's, an address of the wasm
 */
const makeCalls = (page, options = {}) =>
  page.evaluate(async ({ worker = 'handlers', wasm }) => {
    const runtime = await atelier.createTaskRuntime({ wasm });
    const task = /** @type {any} */ (
      runtime.defineTask({ type: 'singleton', worker: workers[worker] })
    );
    const sum = await task.add(1, 2);
    const buffer = (await task.echo(new Uint8Array(1 << 20).fill(7).buffer)).byteLength;
    const { name } = await rejection(task.fail());
    const context = await runtime.trace('flow', () => task.context());
    const spans = ours('measure').map(({ detail }) => detail.status);
    return { sum, buffer, name, traced: 'traceId' in context, spans };
  }, options);

const RESULTS = {
  sum: 3,
  buffer: 1 << 20,
  name: 'RangeError',
  traced: true,
  spans: ['ok', 'ok', 'error', 'ok', 'ok'],
};

test('a policy that allows nothing but the page’s own scripts and wasm suffices', async ({
  page,
  strict,
}) => {
  const origin = await strict.open(CSP);
  expect(await makeCalls(page)).toEqual(RESULTS);
  const streamed = await page.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime();
    const streams = runtime.defineTask({ type: 'singleton', worker: workers.streams });
    const items = [];
    for await (const item of streams.countLater(3)) items.push(item);
    return items;
  });
  expect(streamed).toEqual([0, 1, 2]);
  expect(await strict.violations()).toEqual([]);
  // Nothing else is fetched, neither by the page nor by its workers.
  expect(strict.paths(origin)).toEqual([...APP, WASM, HANDLERS, '/assets/streams.worker.js']);
  expect(strict.count()).toBe(5);
});

test('Trusted Types: the app’s policy makes the workers’ addresses, no other is needed', async ({
  page,
  strict,
}) => {
  const none = `${TRUSTED}; trusted-types 'none'`;
  const origin = await strict.open(`${TRUSTED}; trusted-types app`, none);
  expect(await makeCalls(page, { worker: 'trusted' })).toEqual(RESULTS);
  expect(await strict.violations()).toEqual([]);
  expect(strict.paths(origin)).toEqual([...APP, WASM, HANDLERS]);
  expect(strict.count()).toBe(4);
});

test('Trusted Types: bundlers’ literal, by a default policy that is asked for workers alone', async ({
  page,
  strict,
}) => {
  await page.addInitScript(() => {
    const asked = /** @type {string[]} */ ([]);
    const { trustedTypes } = /** @type {any} */ (globalThis);
    trustedTypes.createPolicy('default', {
      createScriptURL(/** @type {string} */ url) {
        asked.push(url);
        return new URL(url, location.href).origin === location.origin ? url : undefined;
      },
    });
    Object.assign(globalThis, { asked });
  });
  const origin = await strict.open(`${TRUSTED}; trusted-types default`);
  expect(await makeCalls(page)).toEqual(RESULTS);
  expect(await strict.violations()).toEqual([]);
  const asked = await page.evaluate(() => /** @type {any} */ (globalThis).asked);
  expect(asked).toEqual([expect.stringContaining(`${origin}/assets/handlers.worker-`)]);
  expect(strict.count()).toBe(4);
});

test('the library itself needs no Trusted Types policy', async ({ page, strict }) => {
  await strict.open(`${TRUSTED}; trusted-types 'none'`);
  const error = await page.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime();
    return rejection(runtime.defineTask({ type: 'singleton', worker: workers.handlers }).add(1, 2));
  });
  // What the app writes is refused, and says so; nothing before it is.
  expect(error.name).toBe('WorkerCrashedError');
  expect(error.cause).toContain('TrustedScriptURL');
  expect(await strict.violations()).toEqual([
    expect.objectContaining({ effectiveDirective: 'require-trusted-types-for' }),
  ]);
});

for (const how of ['URL', 'string', 'ArrayBuffer', 'Uint8Array', 'WebAssembly.Module']) {
  test(`the wasm comes from another origin, given as ${how}`, async ({ page, strict }) => {
    const origin = await strict.open(`${CSP} ${strict.cdn}`);
    const result = await page.evaluate(
      async ({ how, href }) => {
        const bytes = async () => (await fetch(href)).arrayBuffer();
        const wasm = {
          URL: () => new URL(href),
          string: () => href,
          ArrayBuffer: bytes,
          Uint8Array: async () => {
            const larger = new Uint8Array((await bytes()).byteLength + 8);
            larger.set(new Uint8Array(await bytes()), 8);
            return larger.subarray(8);
          },
          'WebAssembly.Module': () => WebAssembly.compileStreaming(fetch(href)),
        }[how];
        const runtime = await atelier.createTaskRuntime({ wasm: await wasm?.() });
        const task = runtime.defineTask({ type: 'singleton', worker: workers.handlers });
        return { sum: await task.add(1, 2), spans: ours('measure').length };
      },
      { how, href: `${strict.cdn}/atelier.wasm` }
    );
    expect(result).toEqual({ sum: 3, spans: 1 });
    expect(await strict.violations()).toEqual([]);
    expect(strict.paths(origin)).toEqual([...APP, HANDLERS]);
    expect(new Set(strict.paths(strict.cdn))).toEqual(new Set(['/atelier.wasm']));
  });
}

test('a policy that does not name the other origin is told', async ({ page, strict }) => {
  await strict.open(CSP);
  const href = `${strict.cdn}/atelier.wasm`;
  const error = await page.evaluate((wasm) => rejection(atelier.createTaskRuntime({ wasm })), href);
  expect(error.message).toContain(href);
  expect(await strict.violations()).toEqual([
    expect.objectContaining({ effectiveDirective: 'connect-src', blockedURL: href }),
  ]);
});

test('what a worker requests, and does against its policy, is seen here', async ({
  page,
  strict,
}) => {
  const origin = await strict.open(CSP);
  await makeCalls(page);
  const [worker] = /** @type {[Worker]} */ (page.workers());
  await worker.evaluate(() => fetch('/index.html'));
  expect(strict.paths(origin)).toContain('/index.html');
  await worker.evaluate((href) => fetch(href).catch(() => {}), `${strict.cdn}/atelier.wasm`);
  expect(await strict.violations()).toEqual([
    expect.objectContaining({ effectiveDirective: 'connect-src' }),
  ]);
});

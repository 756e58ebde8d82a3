import { expect, test } from './fixtures.js';

const WASM = {
  'shared-memory': /\/atelier-[^/]+\.wasm$/,
  messages: /\/atelier\.messages-[^/]+\.wasm$/,
};
const SECOND_BUILD = /messages/;

/** What the page and its workers request until `run` is done. */
async function requestsOf(
  /** @type {import('@playwright/test').Page} */ page,
  run = async () => {}
) {
  /** @type {string[]} */
  const urls = [];
  page.on('request', (request) => urls.push(request.url()));
  await run();
  return urls;
}

test('a page loads the build that it needs, and mode tells which', async ({
  page,
  appUrl,
  mode,
  engine,
}) => {
  test.skip(engine !== 'chromium', 'only its protocol tells what workers request');
  let result;
  const urls = await requestsOf(page, async () => {
    await page.goto(appUrl);
    await page.waitForSelector('html[data-ready]', { state: 'attached' });
    result = await page.evaluate(async () => {
      const runtime = await atelier.createTaskRuntime();
      const task = /** @type {any} */ (
        runtime.defineTask({ type: 'parallel', worker: workers.handlers, poolSize: 2 })
      );
      const sums = await Promise.all([task.add(1, 2), task.add(3, 4)]);
      await runtime.dispose();
      return { sums, mode: runtime.mode, isolated: crossOriginIsolated };
    });
  });
  expect(result).toEqual({ sums: [3, 7], mode, isolated: mode === 'shared-memory' });
  const wasm = urls.filter((url) => url.endsWith('.wasm'));
  expect(wasm).toEqual([expect.stringMatching(WASM[mode])]);
  expect(urls.some((url) => SECOND_BUILD.test(url))).toBe(mode === 'messages');
});

test("isolation: 'required' is a NotIsolatedError on a page that is not isolated", async ({
  app,
  mode,
}) => {
  const result = await app.evaluate(async () => {
    try {
      const runtime = await atelier.createTaskRuntime({ isolation: 'required' });
      await runtime.dispose();
      return runtime.mode;
    } catch (error) {
      const { name, message } = /** @type {Error} */ (error);
      return { name, message };
    }
  });
  if (mode === 'shared-memory') expect(result).toBe(mode);
  else {
    expect(result).toMatchObject({ name: 'NotIsolatedError' });
    const { message } = /** @type {any} */ (result);
    expect(message).toContain('Cross-Origin-Opener-Policy: same-origin');
    expect(message).toContain('Cross-Origin-Embedder-Policy: require-corp');
  }
});

test('a handler hears of its cancellation as soon as it yields', async ({ app }) => {
  const { name, reason, next } = await app.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime();
    const task = /** @type {any} */ (
      runtime.defineTask({ type: 'singleton', worker: workers.cancellation })
    );
    const controller = new AbortController();
    const onProgress = () => controller.abort(new RangeError('enough'));
    const { name } = await rejection(
      task.with({ signal: controller.signal, onProgress }).untilAborted()
    );
    const reason = await task.lastReason();
    const next = await task.lastReason();
    await runtime.dispose();
    return { name, reason, next };
  });
  expect(name).toBe('RangeError');
  expect([reason, next]).toEqual(['RangeError: enough', 'RangeError: enough']);
});

test('a call that is cancelled behind a busy handler does not run', async ({ app }) => {
  const { errors, count } = await app.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime();
    const task = /** @type {any} */ (
      runtime.defineTask({ type: 'singleton', worker: workers.handlers, maxInFlight: 4 })
    );
    await task.add(0, 0);
    const controller = new AbortController();
    const busy = task.busy(1_000); // this thread may have to wait for its turn
    const bound = task.with({ signal: controller.signal });
    const calls = [1, 2, 3].map(() => rejection(bound.increment()));
    controller.abort();
    const errors = (await Promise.all(calls)).map((error) => error.name);
    await busy;
    const count = await task.increment();
    await runtime.dispose();
    return { errors, count };
  });
  expect(errors).toEqual(['AbortError', 'AbortError', 'AbortError']);
  expect(count).toBe(1);
});

test('wasm may be given, and one of the other build is told from it', async ({ app, mode }) => {
  const { sum, error } = await app.evaluate(async (mode) => {
    const other = mode === 'messages' ? 'shared-memory' : 'messages';
    const { message } = await rejection(atelier.createTaskRuntime({ wasm: wasmUrls[other] }));
    const runtime = await atelier.createTaskRuntime({ wasm: wasmUrls[mode] });
    const task = /** @type {any} */ (
      runtime.defineTask({ type: 'singleton', worker: workers.handlers })
    );
    const sum = await task.add(1, 2);
    await runtime.dispose();
    return { sum, error: message };
  }, mode);
  expect(sum).toBe(3);
  expect(error).toMatch(new RegExp(`this page needs atelier-wasm [0-9.]+ ${mode}: `));
});

test('a page without HTTPS has no Web Locks, and works', async ({ page, appUrl, mode, engine }) => {
  test.skip(mode === 'shared-memory', 'such a page is never isolated');
  test.skip(engine !== 'chromium', 'only its protocol answers for another host');
  const insecure = 'http://insecure.test/';
  await page.route(`${insecure}**`, async (route) => {
    const url = route.request().url().replace(insecure, appUrl);
    await route.fulfill({ response: await route.fetch({ url }) });
  });
  await page.goto(insecure);
  await page.waitForSelector('html[data-ready]', { state: 'attached' });
  const result = await page.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime();
    const task = /** @type {any} */ (
      runtime.defineTask({ type: 'singleton', worker: workers.handlers })
    );
    const sum = await task.add(1, 2);
    await runtime.dispose();
    return { sum, secure: isSecureContext, spans: ours('measure').length };
  });
  expect(result).toEqual({ sum: 3, secure: false, spans: 1 });
});

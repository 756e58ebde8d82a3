import { createServer } from 'node:http';

import { expect, test } from './fixtures.js';

/**
 * What the first call rejects with.
 * @param {import('@playwright/test').Page} page
 * @param {string} worker one of the app's
 */
const firstCall = (page, worker) =>
  page.evaluate(async (name) => {
    const runtime = await atelier.createTaskRuntime();
    const task = /** @type {any} */ (
      runtime.defineTask({ type: 'parallel', worker: workers[name] })
    );
    const [error] = await Promise.all([rejection(task.add(1, 2)), rejection(task.add(3, 4))]);
    await runtime.dispose();
    return error;
  }, worker);

/**
 * Serves one answer to whatever is asked for.
 * @param {{ type: string, body: string }} answer
 */
async function serve({ type, body }) {
  const server = createServer((_, response) => {
    response.writeHead(200, {
      'Content-Type': type,
      'Access-Control-Allow-Origin': '*',
      'Cross-Origin-Resource-Policy': 'cross-origin',
    });
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { url: `http://localhost:${port}`, close: () => server.close() };
}

test.beforeEach(async ({ page }) => {
  await page.goto(process.env.ATELIER_APP_URL ?? '');
  await page.waitForSelector('html[data-ready]', { state: 'attached' });
});

test('a worker without `type: "module"` whose script is a module says so', async ({
  page,
  engine,
}) => {
  const error = await firstCall(page, 'classic');
  expect(error.name).toBe('WorkerCrashedError');
  const firefoxTells = "or { type: 'module' } is missing"; // no more than that it could not be loaded
  const othersTell = "make it with new Worker(url, { type: 'module' })";
  expect(error.message).toContain(engine === 'firefox' ? firefoxTells : othersTell);
});

for (const answer of [
  { type: 'text/html', body: '<!doctype html><title>Not found</title>' },
  { type: 'application/wasm', body: '<!doctype html><title>Not found</title>' },
]) {
  test(`an HTML page in the place of the wasm, as ${answer.type}, is named`, async ({ page }) => {
    const { url, close } = await serve(answer);
    const error = await page.evaluate(
      (wasm) => rejection(atelier.createTaskRuntime({ wasm })),
      `${url}/atelier.wasm`
    );
    expect(error.message).toContain(`${url}/atelier.wasm could not be compiled as WebAssembly`);
    expect(error.message).toContain(answer.type);
    close();
  });
}

test('two copies of the package in one page do not disturb each other', async ({ page }) => {
  const spans = await page.evaluate(async () => {
    const source = [...document.scripts].find(({ src }) => src)?.src ?? '';
    const first = atelier;
    await import(/* @vite-ignore */ `${source}?second`);
    const tasks = [];
    for (const copy of [first, atelier]) {
      const runtime = await copy.createTaskRuntime();
      tasks.push(
        /** @type {any} */ (runtime.defineTask({ type: 'singleton', worker: workers.handlers }))
      );
    }
    const sums = await Promise.all([tasks[0].add(1, 2), tasks[1].add(3, 4), tasks[0].add(5, 6)]);
    return { different: first !== atelier, sums, ids: ours('measure').map(({ name }) => name) };
  });
  expect(spans.different).toBe(true);
  expect(spans.sums).toEqual([3, 7, 11]);
  expect(new Set(spans.ids).size).toBe(3);
});

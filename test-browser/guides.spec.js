import { readGuide } from '../js/test/guides/guide.js';
import { expect, test } from './fixtures.js';

/**
 * Makes calls in the page, the last of which fails with a text of so many characters.
 * @param {import('@playwright/test').Page} app
 * @param {{ calls: number, length?: number }} what
 */
const makeCalls = (app, what) =>
  app.evaluate(async ({ calls, length }) => {
    const runtime = await atelier.createTaskRuntime();
    const task = runtime.defineTask({ type: 'singleton', worker: workers.handlers, taskId: 'a' });
    for (let i = 1; i < calls; i++) await task.add(i, i);
    if (length) await task.throwValue('x'.repeat(length)).catch(() => {});
    else await task.add(0, 0);
  }, what);

test.describe('send-spans.js of the guide to observing', () => {
  test.beforeEach(async ({ app }) => {
    const content = readGuide('observing').get('send-spans.js');
    await app.addScriptTag({ type: 'module', content });
  });

  /** Resolves to the batch that reaches the backend next. */
  async function nextBatch() {
    for (;;) {
      const response = await fetch(new URL('spans', process.env.ATELIER_APP_URL));
      const batches = await response.json();
      if (batches.length > 0) return batches[0];
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  test('sends a batch when it is full, and the rest when the page is hidden', async ({ app }) => {
    await makeCalls(app, { calls: 105 });
    const full = await nextBatch();
    expect(full).toHaveLength(100);
    expect(full[0]).toMatchObject({ taskId: 'a', method: 'add', status: 'ok' });
    expect(Math.abs(Date.now() - full[0].startedAt)).toBeLessThan(60_000);
    await app.goto('about:blank');
    expect(await nextBatch()).toHaveLength(5);
  });

  test('sends a batch that is too large for a beacon by fetch', async ({ app }) => {
    await makeCalls(app, { calls: 100, length: 70_000 });
    const large = await nextBatch();
    expect(large).toHaveLength(100);
    expect(large[99].error).toHaveLength(2_000); // as long as a text gets
  });
});

/**
 * @param {import('@playwright/test').Page} page
 * @param {string} appUrl
 */
async function openGuides(page, appUrl) {
  await page.goto(new URL('guides/', appUrl).href);
  await page.waitForSelector('html[data-ready]', { state: 'attached' });
  return page;
}

/**
 * Renders the same picture by each of some modules of a guide.
 * @param {import('@playwright/test').Page} page that openGuides has opened
 * @param {string[]} files
 * @returns {Promise<[pixels: number[], steps: number[]][]>}
 */
const renderBy = (page, files) =>
  page.evaluate(async (names) => {
    /** @type {[number[], number[]][]} */
    const all = [];
    for (const name of names) {
      const { render } = await guides[`./${name}.js`]();
      /** @type {number[]} */
      const steps = [];
      const pixels = await render(3, (/** @type {number} */ step) => void steps.push(step));
      all.push([[...pixels], steps]);
    }
    return all;
  }, files);

const RENDERED = Array(2).fill([Array(3).fill(7), [1, 2, 3]]);

test.describe('the guide for those who come from comlink', () => {
  test('a call with a callback, theirs and ours', async ({ page, appUrl }) => {
    const guide = await openGuides(page, appUrl);
    const files = ['from-comlink/with-comlink', 'from-comlink/with-atelier'];
    expect(await renderBy(guide, files)).toEqual(RENDERED);
  });

  test('an object in the worker, theirs and ours', async ({ page, appUrl }) => {
    const counts = await (
      await openGuides(page, appUrl)
    ).evaluate(async () => {
      const load = (/** @type {string} */ file) => guides[`./from-comlink/${file}.js`]();
      const [theirs, ours] = [await load('count-with-comlink'), await load('count-with-atelier')];
      return [await theirs.count(), await ours.count()];
    });
    expect(counts).toEqual([2, 2]);
  });

  test('a call whose worker ends: theirs never settles, ours rejects', async ({ page, appUrl }) => {
    const ends = await (
      await openGuides(page, appUrl)
    ).evaluate(async () => {
      const { withComlink, withAtelier } = await guides['./crashes/calls.js']();
      return [await withComlink(), await withAtelier()];
    });
    expect(ends).toEqual([
      ['pending', 'pending'],
      ['WorkerCrashedError', 'WorkerCrashedError'],
    ]);
  });

  test('the two traps', async ({ page, appUrl }) => {
    const results = await (
      await openGuides(page, appUrl)
    ).evaluate(async () => {
      const { timeouts, firstRows } = await guides['./from-comlink/traps.js']();
      return [await timeouts(), await firstRows()];
    });
    expect(results).toEqual([
      ['TimeoutError', 'TimeoutError', 'pong'],
      [0, 1, 2, 'pong'],
    ]);
  });
});

test('the guide for those who come from workerpool: theirs and ours', async ({ page, appUrl }) => {
  const guide = await openGuides(page, appUrl);
  const files = ['from-workerpool/with-workerpool', 'from-workerpool/with-atelier'];
  expect(await renderBy(guide, files)).toEqual(RENDERED);
});

/** @file The demo's page: what people see while a picture takes long, fails, or on a phone. */
import { devices } from '@playwright/test';

import { buildAndServe } from '../scripts/demo/serve.mjs';
import { expect, test } from './fixtures.js';

test.skip(({ engine }) => engine !== 'chromium', 'it is about the page, not the engine');

/** @type {Awaited<ReturnType<typeof buildAndServe>>} */
let demo;
test.beforeAll(async () => {
  demo = await buildAndServe();
});
test.afterAll(() => demo?.close()); // none, if all are skipped

/** @typedef {import('@playwright/test').Page} Page */

const inState = (/** @type {string} */ state) => `html[data-pipeline=${state}]`;

/** Opens the demo, and waits for the picture that it begins with. */
async function open(/** @type {Page} */ page) {
  await page.goto(demo.url);
  await page.waitForSelector(inState('done'), { state: 'attached' });
}

/**
 * Opens a file as people do.
 * @param {Page} page
 * @param {string} name
 * @param {string} mimeType
 * @param {string | Buffer} content
 */
const choose = (page, name, mimeType, content) =>
  page.setInputFiles('#file', { name, mimeType, buffer: Buffer.from(content) });

/** Opens a photo of 12 megapixels. */
async function choosePhoto(/** @type {Page} */ page) {
  const photo = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(4000, 3000);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
    for (let i = 0; i < 2_000; i++) {
      context.fillStyle = `hsl(${(i * 47) % 360} 60% ${20 + (i % 60)}%)`;
      context.fillRect((i * 613) % 4000, (i * 389) % 3000, 200, 200);
    }
    const blob = await canvas.convertToBlob({ type: 'image/jpeg' });
    const reader = new FileReader();
    await new Promise((resolve) => {
      reader.onload = resolve;
      reader.readAsDataURL(blob);
    });
    return String(reader.result).split(',')[1];
  });
  await choose(page, 'photo.jpg', 'image/jpeg', Buffer.from(photo, 'base64'));
}

test('a large photo shows its progress, and dims what it will replace', async ({ page }) => {
  await open(page);
  await page.evaluate(() => {
    /** @type {any} */ (globalThis).seen = [];
    const bar = /** @type {HTMLProgressElement} */ (document.querySelector('#progress'));
    new MutationObserver(() => {
      const shown = getComputedStyle(bar).display !== 'none';
      /** @type {any} */ (globalThis).seen.push(shown ? bar.value : 0);
    }).observe(bar, { attributeFilter: ['value'] });
  });
  await choosePhoto(page);
  await page.waitForSelector('html[data-slow]', { state: 'attached' });
  await expect(page.getByRole('status')).toHaveText('Processing photo.jpg …');
  await expect(page.locator('#picture')).toHaveCSS('opacity', '0.4');
  await expect(page.locator('figcaption')).toHaveText('chelsea.png, 451 × 300');
  await page.waitForSelector(inState('done'), { state: 'attached' });
  await expect(page.locator('#picture')).toHaveCSS('opacity', '1');
  await expect(page.locator('figcaption')).toHaveText('photo.jpg, 4000 × 3000');
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeHidden();
  /** @type {number[]} */
  const seen = await page.evaluate('seen');
  const shown = seen.filter((share) => share > 0);
  expect(shown.length).toBeGreaterThan(20);
  expect(shown).toEqual([...shown].sort((a, b) => a - b));
  expect(shown.at(-1)).toBeCloseTo(1);
});

test('a run can be cancelled; the page keeps what it shows and goes on', async ({ page }) => {
  await open(page);
  await choosePhoto(page);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('status')).toHaveText('photo.jpg was cancelled.');
  await expect(page.locator('figcaption')).toHaveText('chelsea.png, 451 × 300');
  await expect(page.locator('#picture')).toHaveCSS('opacity', '1');
  await expect(page.getByRole('alert')).toBeHidden();
  await page.getByRole('button', { name: 'A cup of coffee' }).click();
  await expect(page.locator('figcaption')).toHaveText('coffee.png, 600 × 400');
});

test('an SVG is a picture, whether or not it names a size', async ({ page }) => {
  await open(page);
  const svg = (/** @type {string} */ size) =>
    `<svg xmlns="http://www.w3.org/2000/svg" ${size}><rect width="90" height="60" fill="#3a49c9"/></svg>`;
  const type = 'image/svg+xml';
  await choose(page, 'sized.svg', type, svg('width="90" height="60"'));
  await expect(page.locator('figcaption')).toHaveText('sized.svg, 1440 × 960');
  await choose(page, 'box.svg', type, svg('viewBox="0 0 90 45"'));
  await expect(page.locator('figcaption')).toHaveText('box.svg, 1440 × 720');
  await expect(page.locator('.compare-before')).toHaveJSProperty('complete', true);
  await choose(page, 'broken.svg', type, '<svg');
  await expect(page.getByRole('alert')).toContainText('broken.svg could not be processed.');
});

test('an error names the file', async ({ page }) => {
  await open(page);
  await choose(page, 'notes.heic', 'image/heic', 'no picture');
  await expect(page.getByRole('alert')).toContainText('notes.heic could not be processed.');
  await page.route('**/coffee.png', (route) => route.abort());
  await page.getByRole('button', { name: 'A cup of coffee' }).click();
  await expect(page.getByRole('alert')).toContainText('coffee.png could not be processed.');
});

/** What is visible of the page's text, and the size of its smallest letters in CSS pixels. */
const readText = (/** @type {Page} */ page) =>
  page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const [text, small] = [/** @type {string[]} */ ([]), /** @type {string[]} */ ([])];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = /** @type {HTMLElement} */ (node.parentElement);
      if (!node.textContent?.trim() || !parent.checkVisibility()) continue;
      text.push(node.textContent);
      if (parseFloat(getComputedStyle(parent).fontSize) < 12) small.push(node.textContent);
    }
    return { text: text.join(' ').replace(/\s+/g, ' '), small };
  });

const MOUSE_ONLY = /\b(hover|point at|drop|keyboard|F12|Ctrl|right-click)\b/i;

test('no text is smaller than 12 px', async ({ page }) => {
  await open(page);
  await page.waitForSelector('#waterfall [data-entry]');
  const { text, small } = await readText(page);
  expect(small).toEqual([]);
  expect(text).toMatch(MOUSE_ONLY);
});

test('a phone is told what a finger can do', async ({ page }) => {
  const browser = /** @type {import('@playwright/test').Browser} */ (page.context().browser());
  const context = await browser.newContext(devices['Pixel 7']);
  try {
    const phone = await context.newPage();
    await open(phone);
    await phone.waitForSelector('#waterfall [data-entry]');
    const { text, small } = await readText(phone);
    expect(small).toEqual([]);
    expect(text).not.toMatch(MOUSE_ONLY);
    expect(text).toContain('Tap a bar');
    expect(await phone.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
  } finally {
    await context.close();
  }
});

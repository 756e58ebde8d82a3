import { expect } from '@playwright/test';

const RESULTS = [
  '1229 primes below 10000',
  '9592 primes below 100000',
  '78498 primes below 1000000',
];

/**
 * Takes away the headers that would isolate a page.
 * @param {import('@playwright/test').Page} page
 */
export async function keepFromIsolation(page) {
  await page.route('**/*', async (route) => {
    const response = await route.fetch();
    const headers = response.headers();
    delete headers['cross-origin-opener-policy'];
    delete headers['cross-origin-embedder-policy'];
    await route.fulfill({ response, headers });
  });
}

/**
 * Opens an example's page, and expects the results of its calls, their spans, and nothing in the
 * console.
 * @param {import('@playwright/test').Page} page
 * @param {string} url
 * @returns {Promise<{ files: number, bytes: number }>} what it has loaded, uncompressed and each
 *   file once
 */
export async function expectResults(page, url) {
  /** @type {string[]} */
  const reports = [];
  /** @type {Map<string, Promise<number>>} */
  const sizes = new Map();
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) reports.push(message.text());
  });
  page.on('pageerror', (error) => reports.push(String(error)));
  page.on('response', (response) => {
    if (response.status() >= 400) reports.push(`HTTP ${response.status()}: ${response.url()}`);
  });
  // The body of a response that the page gives up may never come.
  page.on('requestfinished', (request) => {
    const size = request.response().then(async (response) => (await response?.body())?.length ?? 0);
    sizes.set(
      request.url(),
      size.catch(() => 0)
    ); // the page has been reloaded meanwhile
  });

  await page.goto(url);
  const spans = page.locator('#spans li');
  try {
    await expect(page.locator('#results li')).toHaveText(RESULTS);
    await expect(spans.nth(RESULTS.length - 1)).toBeVisible();
  } catch (error) {
    if (reports.length > 0) throw new Error(reports.join('\n'), { cause: error });
    throw error;
  }
  for (const span of await spans.allTextContents()) {
    expect(span).toMatch(/^count: \d+\.\d ms, ok$/);
  }
  expect(reports).toEqual([]);
  const bytes = await Promise.all(sizes.values());
  return { files: bytes.length, bytes: bytes.reduce((sum, size) => sum + size, 0) };
}

import { fileURLToPath } from 'node:url';
import { launchChromium } from './browser.mjs';
import { problemsOf, TRACE_NAME } from './expected-spans.mjs';
import { buildAndServe } from './serve.mjs';
import { formatTrace } from './span-table.mjs';
import { pickTrace } from './timeline-entry.mjs';

/**
 * @typedef {import('@playwright/test').Page} Page
 * @typedef {import('./timeline-entry.mjs').TimelineEntry} TimelineEntry
 */

const SCREENSHOT = 'test-results/image-pipeline.png';
const REPOSITORY = new URL('../../', import.meta.url);
const VIEWPORT = { width: 1280, height: 900 };
const TIMEOUT_MS = 60_000;

/**
 * Runs the image pipeline's production build in headless Chromium, prints the spans that it left in
 * the performance timeline, and saves a screenshot.
 *
 * @param {string} executablePath of Chromium
 * @returns {Promise<void>}
 * @throws {Error} if the pipeline fails, or an entry is missing or wrong
 */
export async function runHeadless(executablePath) {
  const { url, close } = await buildAndServe();
  const browser = await launchChromium(executablePath).catch(async (error) => {
    await close();
    throw error;
  });
  try {
    const page = await browser.newPage({ viewport: VIEWPORT });
    page.setDefaultTimeout(TIMEOUT_MS);
    await runPipeline(page, url);
    const entries = pickTrace(await page.evaluate(readMeasures), TRACE_NAME);
    console.log(formatTrace(entries));
    await saveScreenshot(page, entries.trace?.detail.traceId);
    const problems = problemsOf(entries);
    if (problems.length > 0)
      throw new Error(`The timeline is not complete: ${problems.join('; ')}.`);
  } finally {
    await browser.close();
    await close();
  }
}

/**
 * Opens the page and waits until the picture that it begins with is done.
 *
 * @param {Page} page
 * @param {string} url
 */
async function runPipeline(page, url) {
  /** @type {string[]} */
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(url);
  const ended = ['done', 'failed'].map((state) => `html[data-pipeline=${state}]`);
  await page.waitForSelector(ended.join(), { state: 'attached' }).catch((cause) => {
    const reasons = errors.length > 0 ? `: ${errors.join('; ')}` : '';
    throw new Error(`The pipeline did not end within ${TIMEOUT_MS / 1000} s${reasons}.`, { cause });
  });
  const notice = page.getByRole('alert');
  if (await notice.isVisible()) throw new Error((await notice.innerText()).replace(/\s+/g, ' '));
  if (errors.length > 0) throw new Error(`Errors in the page: ${errors.join('; ')}`);
}

/**
 * Runs in the page.
 *
 * @returns {TimelineEntry[]}
 */
function readMeasures() {
  const measures = /** @type {PerformanceMeasure[]} */ (performance.getEntriesByType('measure'));
  return measures
    .filter(({ name }) => name.startsWith('atelier:'))
    .map(({ name, startTime, duration, detail }) => ({ name, startTime, duration, detail }));
}

/**
 * @param {Page} page
 * @param {string | undefined} traceId the trace that the page has to have drawn
 */
async function saveScreenshot(page, traceId) {
  if (traceId) await page.waitForSelector(`#waterfall[data-trace="${traceId}"]`);
  await page.screenshot({ path: fileURLToPath(new URL(SCREENSHOT, REPOSITORY)), fullPage: true });
  console.log(`\nScreenshot: ${SCREENSHOT}`);
}

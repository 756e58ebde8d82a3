import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';

import { launchOptions } from '../test-browser/chromium.js';
import { parseUserTimings } from '../test-browser/devtools/recording.js';

/**
 * @import { Page } from '@playwright/test'
 * @import { TraceEvent, UserTiming } from '../test-browser/devtools/recording.js'
 */

/**
 * @typedef {object} ScreenshotOptions
 * @property {readonly TraceEvent[]} traceEvents the recording, as `recordTrace` returns it
 * @property {string} output the PNG file to write
 * @property {string} executablePath the Chromium whose DevTools is shown
 * @property {number} [width] in CSS pixels
 * @property {number} [height] in CSS pixels
 * @property {number} [deviceScaleFactor] PNG pixels per CSS pixel
 * @property {'light' | 'dark'} [colorScheme]
 * @property {number} [summaryHeight] the part of `height` for the selected measure's details
 * @property {readonly string[]} [expand] how the names of the tracks to expand begin; all others are
 *   collapsed, and those in a track group are as their group is
 * @property {(timing: UserTiming) => boolean} [zoomTo] which measures the picture spans
 * @property {(timing: UserTiming) => boolean} [select] of these, the first one that matches is
 *   selected, which shows its details below
 */

/**
 * DevTools' preferences for a plain panel: no dialog of shortcuts, no sidebar, a high summary.
 *
 * @param {number} summaryHeight
 */
const preferences = (summaryHeight) => ({
  'timeline.user-had-shortcuts-dialog-opened-once': true,
  'timeline-sidebar-opened-at-least-once': true,
  'timeline-panel-sidebar-state': { vertical: { showMode: 'OnlyMain' } },
  'timeline-panel-details-split-view-state': { horizontal: { size: summaryHeight } },
});

const DEVTOOLS = 'devtools://devtools/bundled';

/** DevTools takes some seconds for each ten thousand events on a small machine. */
const LOAD_TIMEOUT_MS = 120_000;

/** Room beside the measures, as parts of their time: on the left the tracks' names cover them. */
const MARGIN = { left: 0.06, right: 0.02 };

/**
 * Makes a picture of a recording in Chrome DevTools' own Performance panel, with the Timings track
 * expanded, zoomed in on Atelier's measures, and one of them selected.
 *
 * @param {ScreenshotOptions} options
 * @returns {Promise<void>}
 */
export async function screenshotTimings({
  traceEvents,
  output,
  executablePath,
  width = 1400,
  height = 800,
  deviceScaleFactor = 1,
  colorScheme = 'light',
  summaryHeight = 320,
  expand = ['Timings'],
  zoomTo = ({ name }) => name.startsWith('atelier:'),
  select = ({ name }) => name.startsWith('atelier:span:'),
}) {
  const { measures, tracksMoved } = await parseUserTimings(traceEvents);
  const shown = [...measures, ...tracksMoved].filter(zoomTo);
  if (shown.length === 0) throw new Error('The recording has no measure to zoom in on.');
  const view = {
    expand,
    window: windowAround(shown),
    selected: shown.find(select)?.name,
  };

  const browser = await chromium.launch(await launchOptions(executablePath));
  const directory = await mkdtemp(join(tmpdir(), 'atelier-devtools-'));
  try {
    const file = join(directory, 'recording.json');
    await writeFile(file, JSON.stringify({ traceEvents }));
    const page = await browser.newPage({
      viewport: { width, height },
      deviceScaleFactor,
      colorScheme,
      locale: 'en-US',
    });
    await openRecording(page, file, preferences(summaryHeight));
    await page.evaluate(arrangePanel, { devtools: DEVTOOLS, ...view });
    if (view.selected) {
      await page.locator('.timeline-details-view').getByText(view.selected).first().waitFor();
    }
    await page.screenshot({ path: output });
  } finally {
    await browser.close();
    await rm(directory, { recursive: true });
  }
}

/**
 * The window of time to show, in milliseconds on the recording's clock.
 *
 * @param {UserTiming[]} timings
 */
function windowAround(timings) {
  const start = Math.min(...timings.map(({ ts }) => ts / 1000));
  const end = Math.max(...timings.map(({ ts, durationMs }) => ts / 1000 + durationMs));
  const duration = end - start;
  return { start: start - duration * MARGIN.left, end: end + duration * MARGIN.right };
}

/**
 * Loads a recording into the Performance panel, and waits until the panel has drawn it.
 *
 * @param {Page} page
 * @param {string} file
 * @param {Record<string, unknown>} settings
 */
async function openRecording(page, file, settings) {
  await page.goto(`${DEVTOOLS}/devtools_app.html?panel=timeline`);
  await page.evaluate(setPreferences, settings);
  await page.reload();
  await page.locator('input[type=file]').setInputFiles(file);
  // DevTools' own measure of the loading, made once the panel has drawn.
  await page.waitForFunction(
    () => performance.getEntriesByName('TraceLoad').length > 0,
    undefined,
    { timeout: LOAD_TIMEOUT_MS }
  );
}

/**
 * Runs in DevTools' page. DevTools reads its preferences when it starts.
 *
 * @param {Record<string, unknown>} settings
 */
async function setPreferences(settings) {
  const host = /** @type {any} */ (globalThis).InspectorFrontendHost;
  for (const [name, value] of Object.entries(settings)) {
    host.setPreference(name, JSON.stringify(value));
  }
  await new Promise((resolve) => host.getPreferences(resolve));
}

/**
 * Runs in DevTools' page. The flame chart is a canvas without elements to click on, so this talks to
 * the panel's own modules: another version of Chromium may need other names.
 *
 * @param {{
 *   devtools: string,
 *   expand: readonly string[],
 *   window: { start: number, end: number },
 *   selected: string | undefined,
 * }} view
 */
async function arrangePanel({ devtools, expand, window: { start, end }, selected }) {
  const { TimelinePanel } = await import(`${devtools}/panels/timeline/timeline.js`);
  const panel = TimelinePanel.TimelinePanel.instance();
  const view = panel.getFlameChart();
  const chart = view.getMainFlameChart();
  const provider = view.getMainDataProvider();
  const { groups, entryLevels } = chart.timelineData();

  let top = -1;
  let expanded = false;
  for (const [index, { name, style }] of groups.entries()) {
    if (style.nestingLevel === 0) expanded = expand.some((prefix) => name.startsWith(prefix));
    chart.expandGroup(index, expanded);
    if (expanded && top === -1) top = index;
  }
  chart.scrollGroupIntoView(top);
  view.windowChanged(start, end, false);
  if (selected) {
    const titles = Array.from(entryLevels, (_, index) => provider.entryTitle(index));
    panel.select(provider.createSelection(titles.indexOf(selected)));
  }
  // The chart draws in the next frame; the one after it has been drawn.
  const { requestAnimationFrame: nextFrame } = globalThis;
  await new Promise((resolve) => nextFrame(() => nextFrame(resolve)));
}

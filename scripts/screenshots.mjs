#!/usr/bin/env node
/**
 * @file Makes the pictures of the real DevTools that the README and the demo show, from a recording
 * of the demo (`npm run screenshots`).
 */
import { fileURLToPath } from 'node:url';

import { recordTrace } from '../test-browser/devtools/recording.js';
import { buildWasm } from './build.mjs';
import { launchChromium } from './demo/browser.mjs';
import { buildAndServe } from './demo/serve.mjs';
import { screenshotTimings } from './devtools-screenshot.mjs';
import { ensure } from './setup.mjs';

const TIMINGS = '../examples/image-pipeline/public/images/devtools-timings.png';

const tools = await ensure(['npm', 'emscripten', 'chromium']);
await buildWasm(tools);
const executablePath = tools.chromium?.path ?? '';
const { url, close } = await buildAndServe();
const browser = await launchChromium(executablePath);
try {
  const page = await browser.newPage();
  const traceEvents = await recordTrace(page, async () => {
    await page.goto(url);
    await page.waitForSelector('html[data-pipeline=done]', { state: 'attached' });
  });
  const output = fileURLToPath(new URL(TIMINGS, import.meta.url));
  await screenshotTimings({ traceEvents, output, executablePath });
  console.log(`Written: ${output}`);
} finally {
  await browser.close();
  await close();
}

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

const IMAGES = new URL('../examples/image-pipeline/public/images/', import.meta.url);

/** How the demo is opened for each picture, and what of the panel that shows. */
const PICTURES = [
  { name: 'devtools-timings.png', query: '', view: {} },
  {
    name: 'devtools-tracks.png',
    query: '?devtools',
    view: { expand: ['Atelier'] },
  },
];

const tools = await ensure(['npm', 'emscripten', 'chromium']);
await buildWasm(tools);
const executablePath = tools.chromium?.path ?? '';
const { url, close } = await buildAndServe();
const browser = await launchChromium(executablePath);
try {
  for (const { name, query, view } of PICTURES) {
    const page = await browser.newPage();
    const traceEvents = await recordTrace(page, async () => {
      await page.goto(new URL(query, url).href);
      await page.waitForSelector('html[data-pipeline=done]', { state: 'attached' });
    });
    await page.close();
    const output = fileURLToPath(new URL(name, IMAGES));
    await screenshotTimings({ traceEvents, output, executablePath, ...view });
    console.log(`Written: ${output}`);
  }
} finally {
  await browser.close();
  await close();
}

#!/usr/bin/env node
/** @file Runs the benchmarks in headless Chromium and prints one table. */
import { fileURLToPath } from 'node:url';

import { chromium } from '@playwright/test';
import { build, preview } from 'vite';

import { launchOptions } from '../test-browser/chromium.js';

const root = fileURLToPath(new URL('.', import.meta.url));
const path = (/** @type {string} */ file) => fileURLToPath(new URL(file, import.meta.url));

/** @type {import('vite').InlineConfig} */
const config = {
  root,
  configFile: false,
  logLevel: 'error',
  resolve: {
    alias: [
      { find: /^atelier-wasm$/, replacement: path('../js/index.js') },
      { find: /^atelier-wasm\/worker$/, replacement: path('../js/worker.js') },
    ],
  },
  worker: { format: 'es' },
  build: { outDir: path('../build/bench'), emptyOutDir: true, target: 'es2022' },
  preview: {
    port: 0,
    headers: {
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    },
  },
};

await build(config);
const server = await preview(config);
const browser = await chromium.launch(launchOptions());
try {
  const page = await browser.newPage();
  await page.goto(server.resolvedUrls?.local[0] ?? '');
  /** @type {Record<string, number>} */
  const medians = await page.evaluate(() => /** @type {any} */ (globalThis).results);
  const base = medians['spans: false'];
  const byHand = medians['five calls by hand'] - base;
  console.log(`Chromium ${browser.version()}, medians, µs a call; a span is what is added to`);
  console.log(`a call without one, which settles at once (${base.toFixed(2)} µs).\n`);
  console.table(
    Object.entries(medians).map(([way, us]) => ({
      way,
      'a call': us.toFixed(2),
      'its span': (us - base).toFixed(2),
      'over by hand': ((us - base) / byHand).toFixed(2),
    }))
  );
} finally {
  await browser.close();
  await server.close();
}

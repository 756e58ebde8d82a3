#!/usr/bin/env node
/** @file Runs the benchmarks in headless Chromium and prints a table of each. */
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
  build: {
    outDir: path('../build/bench'),
    emptyOutDir: true,
    target: 'es2022',
    rollupOptions: { input: [path('index.html'), path('abort-latency.html')] },
  },
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

/**
 * @param {string} name of the page
 * @returns {Promise<any>} what its script found
 */
async function results(name) {
  const page = await browser.newPage();
  await page.goto(new URL(name, server.resolvedUrls?.local[0]).href);
  const found = await page.evaluate(() => /** @type {any} */ (globalThis).results);
  await page.close();
  return found;
}

async function printSpanCost() {
  /** @type {Record<string, number>} */
  const medians = await results('index.html');
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
}

async function printAbortLatency() {
  /** @type {{ way: string, p5: number, median: number, p95: number }[]} */
  const rows = await results('abort-latency.html');
  console.log('\nFrom abort() until the handler has seen it, µs.\n');
  console.table(
    rows.map(({ way, p5, median, p95 }) => ({
      way,
      p5: p5.toFixed(0),
      median: median.toFixed(0),
      p95: p95.toFixed(0),
    }))
  );
}

try {
  await printSpanCost();
  await printAbortLatency();
} finally {
  await browser.close();
  await server.close();
}

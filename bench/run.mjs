#!/usr/bin/env node
/** @file Runs the benchmarks in headless Chromium and prints a table of each. */
import { chromium } from '@playwright/test';

import { launchOptions } from '../test-browser/chromium.js';
import { buildAndServe } from './serve.mjs';

const { url, close } = await buildAndServe(['index.html', 'abort-latency.html']);
const browser = await chromium.launch(launchOptions());

/**
 * @param {string} name of the page
 * @returns {Promise<any>} what its script found
 */
async function results(name) {
  const page = await browser.newPage();
  await page.goto(new URL(name, url).href);
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
  await close();
}

#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { buildWasm } from './build.mjs';
import { ensure } from './setup.mjs';

const USAGE = `Usage: npm start [-- --headless]

Gets ready what is missing, then serves the image pipeline of examples/image-pipeline.

  --headless   run it in a headless Chromium instead, print the spans of its trace, and save a
               screenshot; the exit code tells whether all of them were there`;

/** @returns {Promise<number | undefined>} the exit code; undefined as long as the server runs */
async function main() {
  const options = readArguments();
  if (!options) {
    console.error(USAGE);
    return 2;
  }
  const { headless } = options;
  const tools = await ensure(headless ? ['npm', 'emscripten', 'chromium'] : ['npm', 'emscripten']);
  await buildWasm(tools);
  // npm's packages are there only now.
  if (headless) {
    const { runHeadless } = await import('./demo/headless.mjs');
    await runHeadless(/** @type {{ path: string }} */ (tools.chromium).path);
    return 0;
  }
  const { serve } = await import('./demo/serve.mjs');
  const { url, close } = await serve();
  console.log(`Image pipeline: ${url} (Ctrl+C to stop)`);
  process.once('SIGINT', () => close().finally(() => process.exit(0)));
  return undefined;
}

function readArguments() {
  try {
    return parseArgs({ options: { headless: { type: 'boolean', default: false } } }).values;
  } catch {
    return undefined;
  }
}

try {
  const exitCode = await main();
  if (exitCode !== undefined) process.exitCode = exitCode;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

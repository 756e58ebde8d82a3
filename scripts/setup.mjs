#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ensureChromium, ensureFirefox, ensureWebKit } from './setup/browsers.mjs';
import { ensureEmscripten } from './setup/emscripten.mjs';
import { exclusively } from './setup/exclusive.mjs';
import { ensureNativeTools } from './setup/native-tools.mjs';
import { ensureNodes } from './setup/nodes.mjs';
import { ensureNpmPackages } from './setup/npm-packages.mjs';
import { SetupError } from './setup/progress.mjs';

const REPOSITORY = fileURLToPath(new URL('..', import.meta.url));

const PARTS = {
  npm: ensureNpmPackages,
  emscripten: ensureEmscripten,
  chromium: ensureChromium,
  firefox: ensureFirefox,
  webkit: ensureWebKit,
  native: ensureNativeTools,
  nodes: ensureNodes,
};

/** @typedef {keyof typeof PARTS} Part */

/**
 * What each part of the set-up found or installed; `summary` is a line for people.
 *
 * @typedef {object} Tools
 * @property {{ summary: string }} npm
 * @property {import('./setup/emscripten.mjs').Emscripten} emscripten
 * @property {import('./setup/browsers.mjs').Browser} chromium
 * @property {import('./setup/browsers.mjs').Browser} firefox
 * @property {import('./setup/browsers.mjs').Browser} webkit
 * @property {import('./setup/native-tools.mjs').NativeTools} native
 * @property {{ engines: import('./setup/nodes.mjs').Engine[], summary: string }} nodes
 */

/**
 * Gets ready what the project's scripts need. What is there already is left alone, silently, so
 * that this may be called each time.
 *
 * @template {Part} [P=Part]
 * @param {P[]} [parts] default: everything
 * @returns {Promise<Pick<Tools, P>>}
 * @throws {SetupError} if a part cannot be had; its message says what to do by hand
 * @throws {RangeError} for an unknown part
 */
export async function ensure(parts = /** @type {P[]} */ (Object.keys(PARTS))) {
  for (const part of parts) {
    if (Object.hasOwn(PARTS, part)) continue;
    const known = Object.keys(PARTS).join(', ');
    throw new RangeError(`the set-up has no part ${JSON.stringify(part)}; it has ${known}`);
  }
  return exclusively(REPOSITORY, async () => {
    const tools = [];
    for (const part of parts) tools.push([part, await PARTS[part](REPOSITORY)]);
    return Object.fromEntries(tools);
  });
}

/** @param {string[]} parts */
async function main(parts) {
  try {
    const tools = await ensure(parts.length > 0 ? /** @type {Part[]} */ (parts) : undefined);
    for (const { summary } of Object.values(tools)) console.log(`✓ ${summary}`);
  } catch (error) {
    if (!(error instanceof SetupError || error instanceof RangeError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

const [, script] = process.argv;
const isProgram = script && realpathSync(script) === fileURLToPath(import.meta.url);
if (isProgram) await main(process.argv.slice(2));

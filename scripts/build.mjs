#!/usr/bin/env node
import { existsSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { exported, reachable } from './reachable.mjs';
import { ensure } from './setup.mjs';
import { run } from './setup/command.mjs';
import { step } from './setup/progress.mjs';

const REPOSITORY = fileURLToPath(new URL('..', import.meta.url));
const WASM_BUILD = join(REPOSITORY, 'build/wasm');

/**
 * Builds the wasm module with its glues, as far as they are not up to date.
 *
 * @param {{ emscripten?: import('./setup/emscripten.mjs').Emscripten }} tools what `ensure` found
 * @returns {Promise<void>}
 */
export async function buildWasm({ emscripten }) {
  if (!emscripten) throw new Error('the wasm build needs Emscripten: ensure() it first');
  const { emcc, emcmake, env } = emscripten;
  // A build folder belongs to the compiler, the place and the presets that it was configured with.
  const presets = readFileSync(join(REPOSITORY, 'CMakePresets.json'), 'utf8');
  const configuration = JSON.stringify([REPOSITORY, emcc, presets]);
  const stamp = join(WASM_BUILD, 'configured-with.json');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== configuration) {
    await step('Configuring the wasm build', async () => {
      rmSync(WASM_BUILD, { recursive: true, force: true });
      await run(emcmake, ['cmake', '--preset', 'wasm', '-S', REPOSITORY], { cwd: REPOSITORY, env });
      writeFileSync(stamp, configuration);
    });
  }
  const plan = await run('ninja', ['-C', WASM_BUILD, '-n'], { env });
  if (plan.includes('no work to do') && existsSync(join(REPOSITORY, 'dist/atelier.wasm'))) return;
  await step('Building the wasm module', async (progress) => {
    await run('cmake', ['--build', WASM_BUILD], {
      env,
      onLine: (line) => progress(/^\[\d+\/\d+\]/.exec(line)?.[0] ?? ''),
    });
  });
}

/** The TypeScript that the project uses. `npx tsc` is the one before, whose API TypeDoc needs. */
export const TSC = 'node_modules/typescript-7/bin/tsc';

/** 7.0 leaves the descriptions of types out (findings/typescript-7-declarations-lose-descriptions.sh). */
const TSC_OF_DECLARATIONS = 'node_modules/typescript/bin/tsc';

/** What the compiler adds to the type of an optional property, that of an object of several lines too. */
const UNDEFINED = /(\?: [^\n;]*|^ +\}) \| undefined;/gm;

/** How a property's comment ends that tells its default: JSDoc has no tags within a `@property`. */
const DEFAULT = /^( *\*)(?: (.*))? Default:(?:\n *\*)? `([^`]+)`\n/gm;

/**
 * Emits the package's type declarations from its JSDoc: those that the public ones refer to. Editors show
 * the defaults of options, as `@default`.
 *
 * @returns {Promise<void>}
 */
export async function buildTypes() {
  const types = 'dist/types';
  await rm(join(REPOSITORY, types), { recursive: true, force: true });
  await run('node', [TSC_OF_DECLARATIONS, '-p', 'tsconfig.types.json'], { cwd: REPOSITORY });
  const manifest = JSON.parse(await readFile(join(REPOSITORY, 'package.json'), 'utf8'));
  const entries = exported(manifest.exports).filter((file) => file.endsWith('.d.ts'));
  const needed = await reachable(REPOSITORY, entries);
  const emitted = await readdir(join(REPOSITORY, types), { recursive: true });
  const internal = emitted.filter(
    (file) => /\.d\.ts$/.test(file) && !needed.has(join(types, file))
  );
  await Promise.all(internal.map((file) => rm(join(REPOSITORY, types, file))));
  for (const file of emitted.filter((name) => needed.has(join(types, name)))) {
    const path = join(REPOSITORY, types, file);
    const text = await readFile(path, 'utf8');
    const exact = text.replace(UNDEFINED, '$1;');
    const tagged = exact.replace(DEFAULT, (_, line, before, value) =>
      [before && `${line} ${before}`, `${line} @default ${value}`, '']
        .filter((x) => x !== undefined)
        .join('\n')
    );
    if (tagged !== text) await writeFile(path, tagged);
  }
}

const [, script] = process.argv;
if (script && realpathSync(script) === fileURLToPath(import.meta.url)) {
  try {
    await buildWasm(await ensure(['npm', 'emscripten']));
    await buildTypes();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

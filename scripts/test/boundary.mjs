import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { REPOSITORY } from './program.mjs';

const EXPORTS = 'wasm/core_exports.cpp';
const TYPES = 'js/runtime/core.js';
const SINK = 'wasm/performance_sink.cpp';
const ENTRIES = 'wasm/timeline_entries.js';

/**
 * Checks that JavaScript's types of the core list the same functions as the core exports, in the same
 * order, under the same headings; and that the timeline's entries have the parameters that C++ passes.
 *
 * @throws {Error} that names the first difference
 */
export async function checkBoundary() {
  const exports = await read(
    EXPORTS,
    /^\/\/ ([A-Z][^.\n]*)\.\n(?=\n(?:\/\/.*\n)*EMSC)|^EMSC.*?\bcore_(\w+)\(/gm
  );
  const types = await read(
    TYPES,
    /@typedef \{object\} Core\w+ (.+)\.|^ \* @property .*(?:\n \* {3}.*)*?\} (\w+)/gm
  );
  if (exports.length === 0) throw new Error(`${EXPORTS} has no export of this form any more`);
  for (const [i, name] of exports.entries()) {
    if (types[i] === name) continue;
    throw new Error(`${EXPORTS} has '${name}' where ${TYPES} has '${types[i] ?? 'nothing'}'`);
  }
  await checkParameters();
}

/**
 * Checks that C++ declares what timeline_entries.js builds with the same parameters in the same order:
 * most are numbers, so that nothing else would tell.
 *
 * @throws {Error} that names the function
 */
async function checkParameters() {
  const entries = await source(ENTRIES);
  const declarations = [
    ...(await source(SINK)).matchAll(/^(?:EM_VAL|void) (atelier_\w+)\(([^)]*)\);/gm),
  ];
  if (declarations.length === 0)
    throw new Error(`${SINK} has no declaration of this form any more`);
  for (const [, name, list] of declarations) {
    const declared = list.split(',').map((parameter) => /\w+$/.exec(parameter.trim())?.[0]);
    const [, found] = new RegExp(`\\b${name}: \\(([^)]*)\\) =>`).exec(entries) ?? [];
    const defined = found?.split(',').map((parameter) => parameter.trim());
    if (String(defined) === String(declared)) continue;
    throw new Error(`${name} takes (${defined}) in ${ENTRIES}, but (${declared}) in ${SINK}`);
  }
}

/** @param {string} file */
const source = (file) => readFile(join(REPOSITORY, file), 'utf8');

/**
 * @param {string} file
 * @param {RegExp} item a heading, or the name of a function
 */
async function read(file, item) {
  return [...(await source(file)).matchAll(item)].map(([, heading, name]) => heading ?? name);
}

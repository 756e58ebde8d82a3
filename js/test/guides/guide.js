import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * The modules that a guide shows: each a code block that begins with the module's name.
 * @param {string} name of the guide
 * @returns {Map<string, string>} the modules' texts by their names
 */
export function readGuide(name) {
  const text = readFileSync(join(REPOSITORY, 'docs', `${name}.md`), 'utf8');
  const modules = [...text.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => {
    const [, file] = /^\/\/ ([\w-]+\.js)\n/.exec(code) ?? [];
    if (!file) throw new Error(`an example of ${name}.md does not begin with its name:\n${code}`);
    return /** @type {const} */ ([file, code]);
  });
  return new Map(modules);
}

/**
 * Writes a guide's modules as files, beside the runtime.js that they import.
 * @param {string} name of the guide
 * @returns {(file: string) => Promise<any>} imports one
 */
export function installGuide(name) {
  const folder = join(REPOSITORY, 'test-results/guides', name);
  rmSync(folder, { recursive: true, force: true });
  cpSync(fileURLToPath(new URL('.', import.meta.url)), folder, { recursive: true });
  for (const [file, code] of readGuide(name)) writeFileSync(join(folder, file), code);
  return (file) => import(join(folder, file));
}

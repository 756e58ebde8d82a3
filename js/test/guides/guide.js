import { execFile } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * The modules that a guide shows: each a code block that begins with the module's name.
 * @param {string} name of the guide
 * @returns {Map<string, string>} the modules' texts by their names
 */
export function readGuide(name) {
  const text = readFileSync(join(REPOSITORY, 'docs', `${name}.md`), 'utf8');
  const modules = [...text.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => {
    const [, file] = /^\/\/ ([\w.-]+\.js)\n/.exec(code) ?? [];
    if (!file) throw new Error(`an example of ${name}.md does not begin with its name:\n${code}`);
    return /** @type {const} */ ([file, code]);
  });
  return new Map(modules);
}

/**
 * Writes a guide's modules as files, beside the runtime.js that they import. Their observers are
 * exported too: whoever imports one has to disconnect it.
 * @param {string} name of the guide
 * @returns {{
 *   load: (file: string) => Promise<any>, print: (code: string) => Promise<string>
 * }} what imports one; what runs code that imports some in a process of its own
 */
export function installGuide(name) {
  const folder = join(REPOSITORY, 'test-results/guides', name);
  rmSync(folder, { recursive: true, force: true });
  cpSync(fileURLToPath(new URL('.', import.meta.url)), folder, { recursive: true });
  for (const [file, code] of readGuide(name)) {
    const observes = code.includes('const observer =');
    writeFileSync(join(folder, file), observes ? `${code}export { observer };\n` : code);
  }
  return {
    load: (file) => import(join(folder, file)),
    async print(code) {
      const file = join(folder, 'main.js');
      writeFileSync(file, code);
      return (await promisify(execFile)(process.execPath, [file])).stdout;
    },
  };
}

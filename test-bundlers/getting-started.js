import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { expectNoWarning, REPOSITORY, run } from './command.js';

/**
 * Follows a set-up of docs/getting-started.md, from an empty folder to where the app is started.
 * @param {string} heading
 * @returns {Promise<{ folder: string, starts: string[][], remove: () => Promise<void> }>} the
 *   further blocks of commands, each of which ends with one that starts the app
 */
export async function followSetUp(heading) {
  const text = await readFile(join(REPOSITORY, 'docs/getting-started.md'), 'utf8');
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const [installation, ...starts] = [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(
    ([, commands]) => commands.trim().split('\n')
  );
  const files = [...section.matchAll(/^`([^`]+)`[^`]*?[:.]\n\n```\w+\n(.*?)^```$/gms)];
  const blocks = section.match(/^```\w/gm)?.length;
  if (blocks !== 1 + starts.length + files.length) {
    throw new Error(
      `'${heading}' of docs/getting-started.md has a code block without a file's name`
    );
  }

  const folder = await mkdtemp(join(tmpdir(), 'atelier-getting-started-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    for (const command of installation) await runCommand(command, folder);
    for (const [, name, code] of files) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), code);
    }
  } catch (error) {
    await remove();
    throw error;
  }
  return { folder, starts, remove };
}

/**
 * Runs a command as the document has it, but installs the package as it was packed. It may not warn.
 * @param {string} command
 * @param {string} folder
 * @returns {Promise<string>} its output
 */
export async function runCommand(command, folder) {
  const [program, ...words] = command.split(' ');
  const args = words.map((word) =>
    word === 'atelier-wasm' ? (process.env.ATELIER_TARBALL ?? '') : word
  );
  if (words[0] === 'install') args.push('--prefer-offline', '--no-audit', '--no-fund');
  const output = await run([program, ...args], folder);
  if (words[0] !== 'install') expectNoWarning(output);
  return output;
}

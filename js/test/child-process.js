/** @file Runs a module in a process of its own. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Inside of the repository: the package finds itself there by its name. */
const FOLDER = fileURLToPath(new URL('../../test-results/', import.meta.url));

/** For a process that does not end by itself. */
const CHILD_TIMEOUT_MS = 60_000;

/**
 * Runs a module, from a file: not every engine takes one as an argument.
 * @param {string} code
 * @returns {Promise<string>} what it has printed; rejects if it fails or does not end by itself
 */
export async function runModule(code) {
  await mkdir(FOLDER, { recursive: true });
  const folder = await mkdtemp(join(FOLDER, 'child-'));
  const file = join(folder, 'module.mjs');
  try {
    await writeFile(file, code);
    const env = { ...process.env, NODE_OPTIONS: '' };
    const options = { env, timeout: CHILD_TIMEOUT_MS };
    return (await promisify(execFile)(process.execPath, [file], options)).stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
}

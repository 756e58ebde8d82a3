import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './command.mjs';
import { SetupError, step } from './progress.mjs';

/**
 * Installs the development packages as the lock file has them, unless that is done already.
 *
 * @param {string} repository its root folder
 * @returns {Promise<{ summary: string }>} a line for people
 * @throws {SetupError} if npm fails
 */
export async function ensureNpmPackages(repository) {
  const lockFile = await readFile(join(repository, 'package-lock.json'));
  const hash = createHash('sha256').update(lockFile).digest('hex');
  const stamp = join(repository, 'node_modules/.atelier-lock-hash');
  if ((await readFile(stamp, 'utf8').catch(() => '')) !== hash) {
    try {
      await step('npm packages', async () => {
        await rm(stamp, { force: true });
        await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: repository });
        await writeFile(stamp, hash);
      });
    } catch (error) {
      throw new SetupError('npm packages', error, 'run `npm ci`, see what it says, and try again.');
    }
  }
  return { summary: 'npm packages as in package-lock.json' };
}

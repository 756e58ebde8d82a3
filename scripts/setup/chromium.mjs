import { installCommand, installPackages } from './apt.mjs';
import { findProgram, isExecutable } from './program.mjs';
import { SetupError, step } from './progress.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const PACKAGES = ['chromium'];

/**
 * @typedef {object} Chromium
 * @property {string} path of the program
 * @property {string} summary a line for people
 */

/**
 * Finds Chromium or Chrome: the one that CHROME_PATH names, or one on PATH, or installs it.
 *
 * @returns {Promise<Chromium>}
 * @throws {SetupError} if there is none and none can be installed
 */
export async function ensureChromium() {
  const path = (await findChosen()) ?? (await findProgram(...NAMES)) ?? (await install());
  return { path, summary: `Chromium (${path})` };
}

async function findChosen() {
  const { CHROME_PATH } = process.env;
  if (!CHROME_PATH || (await isExecutable(CHROME_PATH))) return CHROME_PATH || undefined;
  throw new SetupError(
    'Chromium',
    `CHROME_PATH is ${JSON.stringify(CHROME_PATH)}, which cannot be executed`,
    'correct CHROME_PATH, or unset it.'
  );
}

async function install() {
  try {
    return await step('Chromium', async () => {
      await installPackages(PACKAGES);
      const path = await findProgram(...NAMES);
      if (!path) throw new Error('the package is installed, but PATH has no chromium');
      return path;
    });
  } catch (error) {
    const byHand = `${installCommand(PACKAGES)}, or set CHROME_PATH to a Chrome of yours.`;
    throw new SetupError('Chromium', error, byHand);
  }
}

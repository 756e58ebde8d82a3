import { installCommand, installPackages } from './apt.mjs';
import { findProgram, isExecutable } from './program.mjs';
import { SetupError, step } from './progress.mjs';

/**
 * @typedef {object} Browser
 * @property {string} path of the program
 * @property {string} summary a line for people
 */

/**
 * @param {object} wanted
 * @param {string} wanted.name for people
 * @param {string} wanted.variable of the environment, that names another
 * @param {string[]} wanted.programs by name, in order of preference
 * @param {string[]} wanted.packages Debian's, that bring it
 * @param {string[]} [wanted.also] programs that have to be there too
 * @returns {() => Promise<Browser>} finds the browser: the one that the variable names, or one on
 *   PATH, or installs it; throws a SetupError if there is none and none can be installed
 */
function ensureBrowser({ name, variable, programs, packages, also = [] }) {
  const find = async () => {
    for (const program of also) if (!(await findProgram(program))) return undefined;
    return findProgram(...programs);
  };

  async function findChosen() {
    const chosen = process.env[variable];
    if (!chosen || (await isExecutable(chosen))) return chosen || undefined;
    throw new SetupError(
      name,
      `${variable} is ${JSON.stringify(chosen)}, which cannot be executed`,
      `correct ${variable}, or unset it.`
    );
  }

  async function install() {
    try {
      return await step(name, async () => {
        await installPackages(packages);
        const path = await find();
        if (!path) throw new Error(`the packages are installed, but PATH has no ${programs[0]}`);
        return path;
      });
    } catch (error) {
      const byHand = `${installCommand(packages)}, or set ${variable} to a program of yours.`;
      throw new SetupError(name, error, byHand);
    }
  }

  return async () => {
    const path = (await findChosen()) ?? (await find()) ?? (await install());
    return { path, summary: `${name} (${path})` };
  };
}

export const ensureChromium = ensureBrowser({
  name: 'Chromium',
  variable: 'CHROME_PATH',
  programs: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  packages: ['chromium'],
});

export const ensureFirefox = ensureBrowser({
  name: 'Firefox',
  variable: 'FIREFOX_PATH',
  programs: ['firefox-esr', 'firefox'],
  packages: ['firefox-esr'],
});

/** WebKitGTK's driver, which brings the browser that it drives, and a display for that. */
export const ensureWebKit = ensureBrowser({
  name: 'WebKitGTK',
  variable: 'WEBKIT_DRIVER_PATH',
  programs: ['WebKitWebDriver'],
  packages: ['webkit2gtk-driver', 'xvfb'],
  also: ['Xvfb'],
});

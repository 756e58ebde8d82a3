import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** @returns {string | undefined} */
function onPath() {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of NAMES) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch {}
    }
  }
  return undefined;
}

/**
 * How the system's Chromium is launched for tests and screenshots.
 * @param {string | undefined} [executablePath] default: CHROME_PATH, or the one on PATH
 */
export function launchOptions(executablePath = process.env.CHROME_PATH || onPath()) {
  return {
    executablePath,
    args: [
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-gpu',
      '--disable-quic',
      '--disable-sync',
      '--no-first-run',
      // Chromium's sandbox does not work for root, which containers often are.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  };
}

import { findProgram } from '../scripts/setup/program.mjs';

/**
 * How the system's Chromium is launched for tests and screenshots.
 * @param {string} [executablePath] default: CHROME_PATH, or the one on PATH
 */
export async function launchOptions(executablePath = process.env.CHROME_PATH) {
  return {
    executablePath:
      executablePath || (await findProgram('chromium', 'chromium-browser', 'google-chrome')),
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

import { onPath } from './on-path.js';

/**
 * How the system's Chromium is launched for tests and screenshots.
 * @param {string | undefined} [executablePath] default: CHROME_PATH, or the one on PATH
 */
export function launchOptions(
  executablePath = process.env.CHROME_PATH ||
    onPath('chromium', 'chromium-browser', 'google-chrome')
) {
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

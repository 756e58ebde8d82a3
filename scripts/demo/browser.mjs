import { chromium } from '@playwright/test';

import { launchOptions } from '../../test-browser/chromium.js';

/**
 * Starts a headless Chromium.
 *
 * @param {string} executablePath
 * @throws {Error} if it does not start
 */
export async function launchChromium(executablePath) {
  const options = await launchOptions(executablePath);
  return chromium.launch(options).catch((cause) => {
    const [reason] = cause.message.split('\n');
    throw new Error(`Chromium (${executablePath}) does not start: ${reason}`, { cause });
  });
}

import { chromium } from '@playwright/test';

const ARGUMENTS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Starts a headless Chromium that asks the network for nothing by itself.
 *
 * @param {string} executablePath
 * @throws {Error} if it does not start
 */
export function launchChromium(executablePath) {
  // Chromium's sandbox refuses to run as root.
  const args = process.getuid?.() === 0 ? [...ARGUMENTS, '--no-sandbox'] : ARGUMENTS;
  return chromium.launch({ executablePath, args }).catch((cause) => {
    const [reason] = cause.message.split('\n');
    throw new Error(`Chromium (${executablePath}) does not start: ${reason}`, { cause });
  });
}

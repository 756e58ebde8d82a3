import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

import { findProgram } from '../../scripts/setup/program.mjs';
import { WebDriverPage } from './webdriver-page.js';

/** WebKitGTK has no SharedArrayBuffer otherwise, whatever the page's headers: docs/engines.md. */
const WITH_SHARED_MEMORY = { JSC_useSharedArrayBuffer: '1' };

/**
 * @typedef {import('node:child_process').ChildProcess} ChildProcess
 */

/** @param {ChildProcess} child */
async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, 'exit');
}

/** @returns {Promise<{ display: string, xvfb: ChildProcess }>} */
async function startDisplay() {
  const xvfb = spawn('Xvfb', ['-displayfd', '3', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const [number] = await once(
    /** @type {import('node:stream').Readable} */ (xvfb.stdio[3]),
    'data'
  );
  return { display: `:${String(number).trim()}`, xvfb };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * The system's WebKitGTK over WebDriver, on a display of its own. Each page has a browser of its own.
 * @returns {Promise<import('./engine.js').Engine>}
 */
export async function startWebKit() {
  const { display, xvfb } = await startDisplay();
  const program = process.env.WEBKIT_DRIVER_PATH || (await findProgram('WebKitWebDriver'));
  if (!program) throw new Error('There is no WebKitWebDriver on PATH.');
  return {
    async open() {
      const port = await freePort();
      const driver = spawn(program, [`--port=${port}`], {
        env: { ...process.env, ...WITH_SHARED_MEMORY, DISPLAY: display },
        stdio: 'ignore',
      });
      const page = await WebDriverPage.open(`http://127.0.0.1:${port}`);
      return {
        page: /** @type {any} */ (page),
        async close() {
          await page.close();
          await end(driver);
        },
      };
    },
    close: () => end(xvfb),
  };
}

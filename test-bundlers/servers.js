import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { extname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { CONTENT_TYPES, ISOLATION_HEADERS } from '../scripts/test/http.mjs';
import { ENVIRONMENT, expectNoWarning } from './command.js';

/**
 * @typedef {object} Server
 * @property {string} url
 * @property {() => Promise<void>} close fails if the server has written a warning
 */

const START_TIMEOUT_MS = 60_000;

/**
 * Serves the files of a folder, as a static host does.
 * @param {string} folder
 * @param {{
 *   isolated: boolean,
 *   headers?: (pathname: string) => Record<string, string>,
 * }} options whether the pages are cross-origin isolated, and further headers
 * @returns {Promise<Server>}
 */
export async function serveFiles(folder, { isolated, headers }) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = join(folder, pathname.endsWith('/') ? `${pathname}index.html` : pathname);
    const found = await stat(path).catch(() => undefined);
    const type = CONTENT_TYPES.get(extname(path));
    if (!found?.isFile() || !type) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'Content-Type': type,
      ...(isolated ? ISOLATION_HEADERS : {}),
      ...headers?.(pathname),
    });
    createReadStream(path).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, 'localhost', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://localhost:${port}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * @param {string} url
 * @returns {Promise<boolean>} whether something accepts connections there
 */
async function accepts(url) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/**
 * Starts a server.
 * @param {string[]} command the program, and its arguments
 * @param {string} folder
 * @param {{ variables?: Record<string, string>, known?: RegExp }} [options] variables of its
 *   environment; a warning that it gives whatever it serves
 * @returns {Promise<Server>} once it has told its address and accepts connections there: Parcel
 *   tells it before
 * @throws {Error} with its output, if it does not
 */
export async function startServer(command, folder, { variables = {}, known } = {}) {
  const [program, ...args] = command;
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...ENVIRONMENT, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a group of its own, to be ended with all that npm has started
  });
  let output = '';
  const ended = new Promise((resolve) => child.once('close', resolve));
  const runs = () => child.exitCode === null && child.signalCode === null;
  const end = () => {
    if (runs()) process.kill(-Number(child.pid));
    return ended;
  };
  /** @type {Promise<string>} */
  const address = new Promise((resolve) => {
    const read = (/** @type {Buffer} */ chunk) => {
      output += chunk;
      const [, port] =
        /http:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::\]):([1-9]\d*)\D/.exec(output) ?? [];
      if (port) resolve(`http://localhost:${port}/`);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
  });
  /** @type {Promise<never>} */
  const failed = new Promise((_, reject) => {
    child.once('error', reject);
    ended.then(() => reject(new Error(`\`${command.join(' ')}\` has ended:\n${output}`)));
  });
  const timer = setTimeout(end, START_TIMEOUT_MS);
  const reached = address.then(async (url) => {
    while (runs() && !(await accepts(url))) await sleep(50);
    return url;
  });
  const url = await Promise.race([reached, failed]).finally(() => clearTimeout(timer));
  return {
    url,
    async close() {
      await end();
      expectNoWarning(known ? output.replace(known, '') : output);
    },
  };
}

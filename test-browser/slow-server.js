import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { CONTENT_TYPES, ISOLATION_HEADERS } from '../scripts/test/http.mjs';

/**
 * @typedef {object} Answer to a request
 * @property {number} [delayMs] how long it takes to begin
 * @property {number} [bytesPerSecond] and how fast it is then
 * @property {number} [status] an error's
 * @property {boolean} [offline] there is none: the connection breaks
 */

/** In how many parts a second a slow answer comes. */
const PARTS = 20;

/**
 * Serves files as a slow or an unreliable network does.
 * @param {string} folder
 * @param {Record<string, string>} texts further files, by their paths
 * @param {boolean} isolated whether pages are cross-origin isolated
 * @param {(path: string) => Answer | Promise<Answer>} answerTo
 */
export async function serveSlowly(folder, texts, isolated, answerTo) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const { delayMs = 0, bytesPerSecond = Infinity, status, offline } = await answerTo(pathname);
    if (offline) return void request.socket.destroy();
    await sleep(delayMs);
    const body = texts[pathname] ?? (await readFile(join(folder, pathname)).catch(() => undefined));
    const bytes = Buffer.from(body ?? '');
    response.writeHead(status ?? (body === undefined ? 404 : 200), {
      'Content-Type': CONTENT_TYPES.get(extname(pathname)) ?? 'text/plain',
      ...(!status && { 'Cache-Control': 'max-age=600' }),
      ...(isolated && ISOLATION_HEADERS),
    });
    const step = Math.min(bytesPerSecond / PARTS, bytes.length + 1);
    for (let sent = 0; sent < bytes.length; sent += step) {
      if (sent > 0) await sleep(1_000 / PARTS);
      response.write(bytes.subarray(sent, sent + step));
    }
    response.end();
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

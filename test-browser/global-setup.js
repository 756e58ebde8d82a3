import { join } from 'node:path';

import { preview } from 'vite';

import { backend } from './backend.js';
import { buildApp } from './build-app.js';
import { ISOLATION_HEADERS } from '../scripts/test/http.mjs';

/**
 * Sends headers with every response: those that Vite sets are missing with 304, and WebKit refuses
 * a worker then (docs/engines.md).
 * @param {Record<string, string>} headers
 * @returns {import('vite').Plugin}
 */
const sendHeaders = (headers) => ({
  name: 'headers',
  configurePreviewServer({ middlewares }) {
    middlewares.use((_, response, next) => {
      response.setHeaders(new Map(Object.entries(headers)));
      next();
    });
  },
});

/**
 * Builds the test app and serves it twice, cross-origin isolated and not; and the README's example
 * with the README's own headers. The specs find them by environment variables.
 */
export default async function setup() {
  const app = await buildApp();
  const serve = (/** @type {Record<string, string>} */ headers) =>
    preview({
      root: app.folder,
      plugins: [sendHeaders(headers), backend()],
      preview: { port: 0 },
      logLevel: 'error',
    });
  const readmeConfig = join(app.readme, 'vite.config.js');
  const servers = await Promise.all([
    serve(ISOLATION_HEADERS),
    serve({}),
    preview({ root: app.readme, configFile: readmeConfig, preview: { port: 0 } }),
  ]);
  const [isolated, plain, readme] = servers.map((server) => server.resolvedUrls?.local[0]);
  Object.assign(process.env, {
    ATELIER_APP_FOLDER: app.folder,
    ATELIER_APP_URL: isolated,
    ATELIER_PLAIN_URL: plain,
    ATELIER_README_URL: readme,
  });
  return async () => {
    await Promise.all(servers.map((server) => server.close()));
    await app.remove();
  };
}

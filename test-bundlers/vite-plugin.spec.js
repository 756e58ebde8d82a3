import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from '@playwright/test';
import atelier from 'atelier-wasm/vite';
import { createServer, preview as startPreview, resolveConfig } from 'vite';
import { ISOLATION_HEADERS } from '../scripts/test/http.mjs';

/**
 * What Vite makes of an app's config.
 * @param {import('vite').UserConfig} [config]
 */
function resolve(config) {
  return resolveConfig({ configFile: false, plugins: [atelier()], ...config }, 'serve');
}

test('isolates the page, makes workers modules, and leaves the package as it is', async () => {
  const { server, preview, worker, optimizeDeps } = await resolve();
  expect(server.headers).toEqual(ISOLATION_HEADERS);
  expect(preview.headers).toEqual(ISOLATION_HEADERS);
  expect(worker.format).toBe('es');
  expect(optimizeDeps.exclude).toContain('atelier-wasm');
});

test('keeps what the app sets', async () => {
  const { server, preview, worker, optimizeDeps } = await resolve({
    server: { headers: { 'Cross-Origin-Embedder-Policy': 'credentialless', 'X-Server': '1' } },
    preview: { headers: { 'X-Preview': '1' } },
    worker: { format: 'iife' },
    optimizeDeps: { exclude: ['other'] },
  });
  expect(server.headers).toEqual({
    ...ISOLATION_HEADERS,
    'Cross-Origin-Embedder-Policy': 'credentialless',
    'X-Server': '1',
  });
  expect(preview.headers).toEqual({ ...ISOLATION_HEADERS, 'X-Preview': '1' });
  expect(worker.format).toBe('iife');
  expect(optimizeDeps.exclude).toEqual(expect.arrayContaining(['other', 'atelier-wasm']));
});

test('preview has the headers of the server, as in Vite, if it has none of its own', async () => {
  const headers = { 'Cross-Origin-Embedder-Policy': 'credentialless' };
  const { preview } = await resolve({ server: { headers } });
  expect(preview.headers).toEqual({ ...ISOLATION_HEADERS, ...headers });
});

for (const kind of ['server', 'preview']) {
  test(`the ${kind} sends them with what has not been modified, too`, async () => {
    const root = await mkdtemp(join(tmpdir(), 'atelier-vite-'));
    await mkdir(join(root, 'dist'));
    for (const file of ['main.js', 'dist/main.js']) await writeFile(join(root, file), 'export {};');
    const config = { root, configFile: /** @type {false} */ (false), plugins: [atelier()] };
    const server =
      kind === 'server'
        ? await (await createServer({ ...config, server: { port: 0 } })).listen()
        : await startPreview({ ...config, preview: { port: 0 } });
    try {
      const url = new URL('main.js', server.resolvedUrls?.local[0]);
      const etag = (await fetch(url)).headers.get('etag') ?? '';
      const again = await fetch(url, { headers: { 'If-None-Match': etag } });
      expect(again.status).toBe(304);
      for (const [name, value] of Object.entries(ISOLATION_HEADERS)) {
        expect(again.headers.get(name)).toBe(value);
      }
    } finally {
      await server.close();
      await rm(root, { recursive: true });
    }
  });
}

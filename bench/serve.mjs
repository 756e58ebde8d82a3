import { fileURLToPath } from 'node:url';

import { build, preview } from 'vite';

const path = (/** @type {string} */ file) => fileURLToPath(new URL(file, import.meta.url));

/** With them a page is cross-origin isolated. */
export const ISOLATING = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/**
 * Builds the benchmarks' pages for production and serves them.
 * @param {string[]} pages
 * @param {Record<string, string>} headers of each response
 * @param {import('vite').PluginOption} [plugin]
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function buildAndServe(pages, headers, plugin) {
  /** @type {import('vite').InlineConfig} */
  const config = {
    root: path('.'),
    configFile: false,
    logLevel: 'error',
    plugins: [plugin],
    resolve: {
      alias: [
        { find: /^atelier-wasm$/, replacement: path('../js/index.js') },
        { find: /^atelier-wasm\/worker$/, replacement: path('../js/worker.js') },
      ],
    },
    worker: { format: 'es' },
    build: {
      outDir: path('../build/bench'),
      emptyOutDir: true,
      target: 'es2022',
      rollupOptions: { input: pages.map(path) },
    },
    preview: {
      port: 0,
      headers,
    },
  };
  await build(config);
  const server = await preview(config);
  return { url: server.resolvedUrls?.local[0] ?? '', close: () => server.close() };
}

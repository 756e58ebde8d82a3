/**
 * A plugin for apps that Vite builds.
 * @module atelier-wasm/vite
 */

/**
 * @typedef {object} ViteConfig the Vite options that the plugin reads and sets
 * @property {{ headers?: HeaderValues }} [server]
 * @property {{ headers?: HeaderValues }} [preview]
 * @property {{ format?: 'es' | 'iife' }} [worker]
 * @property {{ exclude?: string[] }} [optimizeDeps]
 *
 * @typedef {Record<string, number | string | string[] | undefined>} HeaderValues as Node takes them
 *
 * @typedef {object} AtelierPlugin a plugin for any version of Vite. It has its own types, so that the
 *   package does not depend on Vite
 * @property {string} name
 * @property {(config: ViteConfig) => ViteConfig} config
 * @property {(server: ViteServer<'server'>) => void} configureServer
 * @property {(server: ViteServer<'preview'>) => void} configurePreviewServer
 */

/**
 * @template {'server' | 'preview'} Kind
 * @typedef {object} ViteServer the part of Vite's server that the plugin uses
 * @property {{ use: (handle: (request: any, response: any, next: () => void) => void) => unknown }}
 *   middlewares
 * @property {{ [kind in Kind]: { headers?: HeaderValues } }} config
 */

/** What makes a page cross-origin isolated, and so gives it shared memory. */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/**
 * Sends headers with every response. Vite's own are missing with 304, and then WebKit refuses a
 * worker's script that it has in its cache.
 * @param {ViteServer<any>['middlewares']} middlewares
 * @param {HeaderValues | undefined} headers
 */
function sendAlways(middlewares, headers = {}) {
  middlewares.use((_, response, next) => {
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined) response.setHeader(name, value);
    }
    next();
  });
}

/**
 * Returns a Vite plugin. The plugin makes pages cross-origin isolated in `vite` and in `vite preview`.
 * It builds workers as modules, as they are in development. It excludes this package from pre-bundling,
 * which would separate it from its wasm. It does not change settings of the app's own config. A
 * production server has to send the headers itself.
 * @example
 * ```js
 * import atelier from 'atelier-wasm/vite';
 *
 * export default { plugins: [atelier()] };
 * ```
 * @returns {AtelierPlugin}
 */
export default function atelier() {
  return {
    name: 'atelier-wasm',
    config: ({ server, preview, worker }) => ({
      server: { headers: { ...ISOLATION, ...server?.headers } },
      preview: { headers: { ...ISOLATION, ...(preview?.headers ?? server?.headers) } },
      worker: { format: worker?.format ?? 'es' },
      optimizeDeps: { exclude: ['atelier-wasm'] },
    }),
    configureServer: ({ middlewares, config }) => sendAlways(middlewares, config.server.headers),
    configurePreviewServer: ({ middlewares, config }) =>
      sendAlways(middlewares, config.preview.headers),
  };
}

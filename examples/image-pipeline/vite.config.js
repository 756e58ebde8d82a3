import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const repository = new URL('../../', import.meta.url);

/** The path of a file of the repository. */
const inRepository = (path) => fileURLToPath(new URL(path, repository));

/** What makes a page cross-origin isolated, and so gives it shared memory. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  appType: 'mpa', // a file that is missing is a 404, not this page
  // An app of your own has the package installed and needs neither `alias` nor `fs`.
  resolve: {
    alias: [
      { find: /^atelier-wasm$/, replacement: inRepository('js/index.js') },
      { find: /^atelier-wasm\/worker$/, replacement: inRepository('js/worker.js') },
    ],
  },
  server: { headers, fs: { allow: [inRepository('.')] } },
  preview: { headers },
  worker: { format: 'es' },
});

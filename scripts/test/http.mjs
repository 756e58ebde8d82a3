/** @file What the servers of the tests send. */

/** Makes pages cross-origin isolated. */
export const ISOLATION_HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** By the ends of files' names. @type {ReadonlyMap<string, string>} */
export const CONTENT_TYPES = new Map([
  ['.html', 'text/html'],
  ['.js', 'text/javascript'],
  ['.wasm', 'application/wasm'],
]);

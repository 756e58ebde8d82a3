import { fileURLToPath } from 'node:url';
import { build, createServer, preview } from 'vite';

/**
 * @typedef {object} Served
 * @property {string} url
 * @property {() => Promise<void>} close
 */

const EXAMPLE = fileURLToPath(new URL('../../examples/image-pipeline', import.meta.url));
const OUTPUT = fileURLToPath(new URL('../../build/image-pipeline', import.meta.url));
const PORT = 5173;

/**
 * Serves the image pipeline as it is while one works on it, on the first free port.
 *
 * @returns {Promise<Served>}
 */
export async function serve() {
  const server = await createServer({ root: EXAMPLE, logLevel: 'warn', server: { port: PORT } });
  await server.listen();
  return served(server);
}

/**
 * Builds the image pipeline for production and serves that, on the first free port.
 *
 * @returns {Promise<Served>}
 */
export async function buildAndServe() {
  const output = { outDir: OUTPUT, emptyOutDir: true };
  await build({ root: EXAMPLE, logLevel: 'warn', build: output });
  return served(await preview({ root: EXAMPLE, logLevel: 'warn', build: { outDir: OUTPUT } }));
}

/**
 * @param {{ resolvedUrls: import('vite').ResolvedServerUrls | null, close(): Promise<void> }} server
 * @returns {Served}
 */
function served(server) {
  const url = server.resolvedUrls?.local[0];
  if (!url) throw new Error('The server has no local address.');
  return { url, close: () => server.close() };
}

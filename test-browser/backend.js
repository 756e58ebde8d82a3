import { text } from 'node:stream/consumers';

/**
 * A backend for the test app's page: takes what is posted to /spans, and hands it out once. It has
 * no icon, since a page that names one needs a policy that allows it.
 * @returns {import('vite').Plugin}
 */
export function backend() {
  /** @type {string[]} */
  let bodies = [];
  return {
    name: 'backend',
    configurePreviewServer({ middlewares }) {
      middlewares.use('/favicon.ico', (_request, response) => void response.writeHead(204).end());
      middlewares.use('/spans', async (request, response) => {
        if (request.method === 'POST') {
          const body = await text(request); // first: `bodies` may be another when it has come
          bodies.push(body);
          response.writeHead(204).end();
        } else {
          response.end(`[${bodies}]`);
          bodies = [];
        }
      });
    },
  };
}

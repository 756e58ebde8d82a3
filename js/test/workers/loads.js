/* An example of docs/export.md. */
// @ts-nocheck: nothing of a page is typed there
import { expose, withContext } from 'atelier-wasm/worker';
import { traceparent } from 'atelier-wasm/export';

expose({
  load: withContext(async (ctx, url) => {
    const parent = traceparent(ctx);
    const response = await fetch(url, { headers: parent ? { traceparent: parent } : {} });
    return response.json();
  }),
});

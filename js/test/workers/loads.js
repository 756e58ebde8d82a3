/* An example of docs/export.md. */
// @ts-nocheck: nothing of a page is typed there
import { expose } from 'atelier-wasm/worker';
import { traceparent } from 'atelier-wasm/export';

expose({
  async load(url, ctx) {
    const parent = traceparent(ctx);
    const response = await fetch(url, { headers: parent ? { traceparent: parent } : {} });
    return response.json();
  },
});

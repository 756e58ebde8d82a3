/** @file `atelier-wasm/worker`, for Node's worker_threads. */
import { pathToFileURL } from 'node:url';
import { setImmediate } from 'node:timers';
import { MessageChannel, parentPort } from 'node:worker_threads';

import createModule from '../dist/atelier.node.js';
import { detachesRefused, guessRefused } from './platform/refusals.js';
import { takeWithoutRefused } from './shared/transferables.js';
import { EXPOSED, makeExpose, realm } from './worker/expose.js';

if (detachesRefused) takeWithoutRefused(guessRefused);

/** @type {import('./worker/expose.js').WorkerScope} */
const scope = {
  scriptUrl() {
    const url = pathToFileURL(process.argv[1]).href;
    // Deno's import() of a script that is in a top-level await does not wait, unless another imports it.
    const importing = () => `data:text/javascript,${encodeURI(`import ${JSON.stringify(url)}`)}`;
    return 'deno' in process.versions ? importing() : url;
  },
  tellUnexposed: () => parentPort?.postMessage({ type: 'atelier:unexposed' }),
  makeChannel({ take, unread }) {
    const { port1, port2 } = new MessageChannel();
    return {
      key: undefined,
      greet(version) {
        port1.on('message', take);
        port1.on('messageerror', unread);
        parentPort?.postMessage({ type: 'atelier:hello', version, port: port2 }, [port2]);
      },
      post: (envelope, transfer) => port1.postMessage(envelope, /** @type {any} */ (transfer)),
    };
  },
  nextMacrotask: (callback) => void setImmediate(callback),
  holdLock: async () => undefined, // a worker's end is an event in Node
};

/** Whether an inline worker's module imports this: the thread is a test runner's. */
const isInline = typeof realm[EXPOSED] === 'function';

/**
 * Makes handlers callable from the main thread, as the methods of the task that this worker was made
 * for. Call it once, at the top level of the worker's script. Throws a TypeError that names what cannot
 * be exposed.
 */
export const expose = makeExpose(createModule, parentPort && !isInline ? scope : undefined);
export * from './types.js';
export { withContext } from './worker/with-context.js';

/** @file The package as a browser has it, in Node: nothing there follows asynchronous code. */
import { wasmUrl } from '../../../dist/messages-wasm-url.js';
import { node } from '../../platform/node.js';
import { makeCreateTaskRuntime } from '../../runtime/runtime.js';

/**
 * @param {import('atelier-wasm').RuntimeMode} mode
 * @returns {import('./stage.js').CreateTaskRuntime}
 */
export function createWithoutAsyncVariable(mode) {
  const create = makeCreateTaskRuntime({
    ...node,
    makeAsyncVariable: () => undefined,
    ...(mode === 'messages' && {
      builds: { messages: { wasmUrl, glue: () => import('../../../dist/atelier.messages.js') } },
      hasSharedMemory: () => false,
    }),
  });
  return /** @type {any} */ (create);
}

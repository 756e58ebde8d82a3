/** @file The package as a browser has it, in Node: nothing there follows asynchronous code. */
import { wasmUrl as messagesWasmUrl } from '../../../dist/messages-wasm-url.js';
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
      messagesWasmUrl,
      hasSharedMemory: () => false,
      loadMessagesBuild: () => import('../../platform/messages-build.js'),
    }),
  });
  return /** @type {any} */ (create);
}

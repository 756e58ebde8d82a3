/**
 * @file `atelier-wasm` as Node would have it without shared memory: jest.config.js puts it in the
 * package's place, so that every test runs in this mode too. Node itself always has shared memory.
 */
import { wasmUrl } from '../../../dist/messages-wasm-url.js';
import { node } from '../../platform/node.js';
import { makeCreateTaskRuntime } from '../../runtime/runtime.js';

export const createTaskRuntime = makeCreateTaskRuntime({
  ...node,
  builds: { messages: { wasmUrl, glue: () => import('../../../dist/atelier.messages.js') } },
  hasSharedMemory: () => false,
});
export { callback } from '../../callback.js';
export * from '../../errors.js';
export { parallelLimit } from '../../parallel-limit.js';
export * from '../../types.js';

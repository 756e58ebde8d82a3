/** @file `atelier-wasm`, for Node. */
import { node } from './platform/node.js';
import { makeCreateTaskRuntime } from './runtime/runtime.js';

export const createTaskRuntime = makeCreateTaskRuntime(node);
export * from './errors.js';
export * from './parallel-limit.js';
export * from './types.js';

/** @file `atelier-wasm`, for browsers. */
import { browser } from './platform/browser.js';
import { makeCreateTaskRuntime } from './runtime/runtime.js';

export const createTaskRuntime = makeCreateTaskRuntime(browser);
export * from './errors.js';
export * from './parallel-limit.js';
export * from './types.js';

/**
 * Where a bundler that treats `.wasm` files as assets has put this one: for `createTaskRuntime()`'s `wasm`.
 * Without `wasm`, the package finds its own file.
 */
declare const url: string;
export default url;

/**
 * @typedef {import('./core.js').WasmModule} WasmModule
 * @typedef {import('../platform/platform.js').Platform} Platform
 * @typedef {NonNullable<import('../types.js').RuntimeOptions['wasm']>} WasmSource
 */

/** @type {Map<unknown, Promise<WasmModule>>} */
const loaded = new Map();

/**
 * Loads the wasm module, once for each source: all runtimes of a page share one instance and its
 * memory, so that a further runtime costs next to nothing.
 * @param {Platform} platform
 * @param {WasmSource} [source]
 * @returns {Promise<WasmModule>}
 */
export function loadWasmModule(platform, source = platform.wasmUrl) {
  const key = source instanceof URL ? source.href : source;
  let module = loaded.get(key);
  if (!module) {
    module = instantiate(platform, source);
    loaded.set(key, module);
    module.catch(() => loaded.delete(key));
  }
  return module;
}

/**
 * @param {Platform} platform
 * @param {WasmSource} source
 * @returns {Promise<WasmModule>}
 */
async function instantiate(platform, source) {
  const compiled = await compile(platform, source);
  const module = await new Promise((resolve, reject) => {
    /** @type {Promise<any>} */
    const created = platform.createModule({
      /**
       * @param {WebAssembly.Imports} imports
       * @param {(instance: WebAssembly.Instance, module: WebAssembly.Module) => void} receive
       */
      instantiateWasm(imports, receive) {
        WebAssembly.instantiate(compiled, imports).then(
          (instance) => receive(instance, compiled),
          reject
        );
      },
    });
    created.then(resolve, reject);
  });
  return /** @type {WasmModule} */ (module);
}

/**
 * @param {Platform} platform
 * @param {WasmSource} source
 * @returns {Promise<WebAssembly.Module>}
 */
async function compile(platform, source) {
  if (source instanceof WebAssembly.Module) return source;
  if (typeof source !== 'string' && !(source instanceof URL)) return WebAssembly.compile(source);
  const content = await platform.readWasm(source);
  const type = content instanceof Response ? content.headers.get('content-type') : undefined;
  try {
    if (!(content instanceof Response)) return await WebAssembly.compile(content);
    // Compiles while loading; a server that does not know wasm's MIME type costs that, no more.
    return type?.startsWith('application/wasm')
      ? await WebAssembly.compileStreaming(content)
      : await WebAssembly.compile(await content.arrayBuffer());
  } catch (cause) {
    throw new Error(
      `What is at ${source} could not be compiled as WebAssembly${type ? `; it is ${type}` : ''}. ` +
        'A server may answer with a page for a file that is not there: see that atelier.wasm is ' +
        'served from there, or pass its URL as createTaskRuntime({ wasm }).',
      { cause }
    );
  }
}

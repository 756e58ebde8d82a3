import { VERSION } from '../shared/protocol.js';

/**
 * @typedef {import('./core.js').WasmModule} WasmModule
 * @typedef {import('../types.js').RuntimeMode} RuntimeMode
 * @typedef {import('../platform/platform.js').Build} Build
 * @typedef {import('../platform/platform.js').Platform} Platform
 * @typedef {NonNullable<import('../types.js').RuntimeOptions['wasm']>} WasmSource
 */

/** Which file of the package has which build. */
const FILES = { 'shared-memory': 'atelier.wasm', messages: 'atelier.messages.wasm' };

/** What Chromium and Firefox say if a CSP forbids it; WebKitGTK 2.50 compiles it all the same. */
const FORBIDDEN_BY_CSP = /unsafe-eval|blocked by CSP/;

/** @type {Map<unknown, Promise<WasmModule>>} */
const loaded = new Map();

/**
 * Loads the wasm module, once for each source: all runtimes of a page share one instance and its
 * memory, so that a further runtime costs next to nothing.
 * @param {Platform} platform
 * @param {RuntimeMode} mode
 * @param {WasmSource} [source] default: the package's own
 * @returns {Promise<WasmModule>}
 */
export function loadWasmModule(platform, mode, source) {
  const key = source instanceof URL ? source.href : source;
  let module = loaded.get(key);
  if (!module) {
    module = instantiate(platform, mode, source);
    loaded.set(key, module);
    module.catch(() => loaded.delete(key));
  }
  return module;
}

/**
 * @param {Platform} platform
 * @param {RuntimeMode} mode
 * @param {WasmSource} [given]
 * @returns {Promise<WasmModule>}
 */
async function instantiate(platform, mode, given) {
  const { wasmUrl, glue } = /** @type {Build} */ (platform.builds[mode]);
  const source = given ?? wasmUrl;
  const [compiled, { default: createModule }] = await Promise.all([
    compile(platform, source, FILES[mode]),
    glue(),
  ]);
  check(compiled, source, mode);
  const module = await new Promise((resolve, reject) => {
    /** @type {Promise<any>} */
    const created = createModule({
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
 * Tells a wasm of another version, or of the other build, which could not be linked.
 * @param {WebAssembly.Module} compiled
 * @param {WasmSource} source
 * @param {RuntimeMode} mode
 */
function check(compiled, source, mode) {
  const [section] = WebAssembly.Module.customSections(compiled, 'atelier');
  const found = section
    ? `atelier-wasm ${new TextDecoder().decode(section)}`
    : 'no module of atelier-wasm';
  const needed = `atelier-wasm ${VERSION} ${mode}`;
  if (found === needed) return;
  const where = typeof source === 'string' || source instanceof URL ? `at ${source}` : 'given';
  throw new Error(
    `The wasm module ${where} is ${found}, but this page needs ${needed}: ` +
      `${FILES[mode]} of the same installation. Or leave 'wasm' out.`
  );
}

/**
 * @param {Platform} platform
 * @param {WasmSource} source
 * @param {string} file what it is in the package
 * @returns {Promise<WebAssembly.Module>}
 */
async function compile(platform, source, file) {
  if (source instanceof WebAssembly.Module) return source;
  const isAddress = typeof source === 'string' || source instanceof URL;
  const content = isAddress ? await platform.readWasm(source) : source;
  // A test runner's DOM may have another class of that name, or none.
  const response = 'headers' in content ? content : undefined;
  const type = response?.headers.get('content-type');
  try {
    if (!response) return await WebAssembly.compile(/** @type {BufferSource} */ (content));
    // Compiles while loading; a server that does not know wasm's MIME type costs that, no more.
    return type?.startsWith('application/wasm')
      ? await WebAssembly.compileStreaming(response)
      : await WebAssembly.compile(await response.arrayBuffer());
  } catch (cause) {
    const where = isAddress ? `What is at ${source}` : "What option 'wasm' holds";
    const what = `${where} could not be compiled as WebAssembly${type ? `; it is ${type}` : ''}.`;
    if (FORBIDDEN_BY_CSP.test(String(cause))) {
      throw new Error(`${what} The page's CSP needs script-src 'wasm-unsafe-eval'.`, { cause });
    }
    if (!isAddress) {
      const accepts = `the bytes of ${file} of the same installation, a URL of it, or it compiled`;
      throw new TypeError(`${what} It accepts ${accepts}.`, { cause });
    }
    throw new Error(
      `${what} The server may have sent a page instead: see that ${file} is there, or pass its URL ` +
        'as createTaskRuntime({ wasm }).',
      { cause }
    );
  }
}

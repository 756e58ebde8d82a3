/**
 * @file Last step of the wasm build: copies both glues and their one wasm to dist/, with a few
 * edits of what Emscripten generates. Each edit fails loudly when its pattern is gone.
 *
 * Usage: node package_glue.mjs <build folder> <output folder>
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [build, output] = process.argv.slice(2);

/** @type {{ reason: string, pattern: RegExp, replacement: string }[]} */
const EDITS = [
  {
    reason: 'expose() says that it hosts a thread; the worker keeps the name that its user gave it',
    pattern: /ENVIRONMENT_IS_WORKER&&(globalThis\.name|worker_threads\.workerData)=="em-pthread"/g,
    replacement: 'Module["hostsThread"]===true',
  },
  {
    reason: "the user's own messages may be null",
    pattern: /var (d|msgData)=e\.data;/g,
    replacement: 'var $1=e.data??{};',
  },
  {
    reason:
      'a worker uses no embind: its registration takes time, and takes malloc’s lock, which a worker ' +
      'that is terminated right then would keep for ever',
    pattern: /if\(!initializedJS\)\{__embind_initialize_bindings\(\);initializedJS=true\}/g,
    replacement: 'initializedJS=true;',
  },
  {
    reason: 'nothing starts at import: expose() calls the factory',
    pattern: /(?<=export default createModule;)var isPthread=.*isPthread&&createModule\(\);/g,
    replacement: '',
  },
  {
    reason:
      'js/runtime/wasm-module.js loads the wasm: a second reference would be bundled twice, and what ' +
      'only this path calls goes with it when the bundler minifies',
    pattern:
      /wasmBinaryFile\?\?=findWasmBinary\(\);var result=await instantiateAsync\(.*?return exports(?=\})/g,
    replacement: '',
  },
  {
    reason: 'the same reference, where the path above began',
    pattern: /new URL\("\w+\.wasm",import\.meta\.url\)\.href/g,
    replacement: '""',
  },
];

const NODE_EDITS = [
  {
    reason: "the user's globals stay as they are",
    pattern: /globalThis\.Worker=worker_threads\.Worker;/g,
    replacement: '',
  },
];

const GLUE_TYPES = `declare function createModule(options?: object): Promise<any>;
export default createModule;
`;

// Beside the wasm, so that a bundler that leaves such a URL alone (esbuild, Rollup) leaves one that
// means a file beside the bundle.
const WASM_URL = `/** Where the wasm is; the literal that bundlers look for. */
export const wasmUrl = new URL('./atelier.wasm', import.meta.url);
`;
const WASM_URL_TYPES = `export declare const wasmUrl: URL;
`;

/**
 * @param {string} name
 * @param {{ reason: string, pattern: RegExp, replacement: string }[]} edits
 */
function packageGlue(name, edits) {
  let glue = readFileSync(join(build, name, `${name}.js`), 'utf8');
  for (const { reason, pattern, replacement } of edits) {
    if (glue.search(pattern) < 0) {
      throw new Error(`${name}.js: nothing matches ${pattern} any more (${reason})`);
    }
    glue = glue.replace(pattern, replacement);
  }
  writeFileSync(join(output, `atelier.${name}.js`), glue);
  writeFileSync(join(output, `atelier.${name}.d.ts`), GLUE_TYPES);
  return readFileSync(join(build, name, `${name}.wasm`));
}

mkdirSync(output, { recursive: true });
const wasm = packageGlue('web', EDITS);
if (!packageGlue('node', [...EDITS, ...NODE_EDITS]).equals(wasm)) {
  throw new Error('the glues for web and node were linked to different wasm modules');
}
writeFileSync(join(output, 'atelier.wasm'), wasm);
writeFileSync(join(output, 'wasm-url.js'), WASM_URL);
writeFileSync(join(output, 'wasm-url.d.ts'), WASM_URL_TYPES);

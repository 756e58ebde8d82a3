/**
 * @file Last step of the wasm build: copies the glues and their wasm to dist/, with a few edits of
 * what Emscripten generates. Each edit fails loudly when its pattern is gone. Each wasm gets a
 * section that tells the package's version and which build it is.
 *
 * Usage: node package_glue.mjs <build folder> <output folder> <package.json>
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { withExportNames, withSection } from './wasm_sections.mjs';

const [build, output, manifest] = process.argv.slice(2);
const { version } = JSON.parse(readFileSync(manifest, 'utf8'));

/** @typedef {{ reason: string, pattern: RegExp | RegExp[], replacement: string }} Edit */

/** @type {Edit[]} */
const THREAD_EDITS = [
  {
    reason: 'expose() says that it hosts a thread; the worker keeps the name that its user gave it',
    pattern: /ENVIRONMENT_IS_WORKER&&(globalThis\.name|worker_threads\.workerData)=="em-pthread"/g,
    replacement: 'Module["hostsThread"]===true',
  },
  {
    reason: 'expose() receives the messages: this would take the user’s own for its own',
    pattern:
      /var startWorker;if\(ENVIRONMENT_IS_PTHREAD\)\{.*?self\.onmessage=handleMessage\}(?=var runtimeInitialized)/g,
    replacement: '',
  },
  {
    reason: 'nothing starts at import: expose() calls the factory',
    pattern: /(?<=export default createModule;)var isPthread=.*isPthread&&createModule\(\);/g,
    replacement: '',
  },
];

/** @type {Edit[]} */
const EDITS = [
  {
    reason: 'js/runtime/wasm-module.js loads the wasm: a second reference would be bundled twice',
    pattern: [
      /var wasmBinaryFile;function findWasmBinary\(\).*?(?=function getWasmImports\(\))/g,
      /wasmBinaryFile\?\?=findWasmBinary\(\);var result=await instantiateAsync\(.*?return exports(?=\})/g,
    ],
    replacement: '',
  },
];

/** @type {Edit[]} */
const WEB_EDITS = [
  {
    reason: 'it reads no file',
    pattern: /var _scriptName=import\.meta\.url;.*?(?=var out=)/g,
    replacement: '',
  },
];

/** @type {Edit[]} */
const NODE_EDITS = [
  {
    reason: "the user's globals stay as they are",
    pattern: /globalThis\.Worker=worker_threads\.Worker;/g,
    replacement: '',
  },
  {
    reason:
      "a worker's globals and messages are the user's; an uncaught error ends it as Node does that",
    pattern:
      /if\(ENVIRONMENT_IS_NODE&&ENVIRONMENT_IS_PTHREAD\)\{globalThis\.self=globalThis;.*?process\.exit\(1\)\}\)\}(?=var runtimeInitialized)/g,
    replacement: '',
  },
];

/** The timeline and its clock as they are at import: a test runner may put fakes in their places. */
const PERFORMANCE = 'import{performance}from"../js/shared/performance.js";';
const NODE_PERFORMANCE = 'import{performance}from"node:perf_hooks";';

const GLUE_TYPES = `declare function createModule(options?: object): Promise<any>;
export default createModule;
`;

// Beside the wasm, so that a bundler that leaves such a URL alone (esbuild, Rollup) leaves one that
// means a file beside the bundle.
const wasmUrl = (
  /** @type {string} */ file
) => `/** Where the wasm is; the literal that bundlers look for. */
export const wasmUrl = new URL('./${file}', import.meta.url);
`;
const WASM_URL_TYPES = `export declare const wasmUrl: URL;
`;

/**
 * A function of the wasm that js/ calls, as a glue lists it: by its name, and by that of a letter or two
 * that Emscripten has given to it. It keeps its own name, and the list goes: a worker loads the glue, not
 * the wasm, and calls but six of them.
 */
const LISTED_EXPORT =
  /_((?:core|channel)_\w+|createRuntime)=Module\["_\1"\]=wasmExports\["(.+?)"\];/g;

/**
 * What stands in the place of parts of Emscripten (no_proxying.cpp, embind_types.cpp), so that these
 * are not linked in. If they are, Emscripten has come to need more of them.
 */
const NOT_LINKED =
  /(proxying|proxying_legacy|em_task_queue|thread_mailbox|library_pthread|bind)\.o\)/;

/** @param {string} name */
function checkLinked(name) {
  const [found] = NOT_LINKED.exec(readFileSync(join(build, name, `${name}.map`), 'utf8')) ?? [];
  if (found) throw new Error(`${name}.wasm: ${found.slice(0, -1)} of Emscripten is linked in`);
}

/**
 * @param {string} name
 * @param {Edit[]} edits
 */
function packageGlue(name, edits) {
  checkLinked(name);
  let glue = readFileSync(join(build, name, `${name}.js`), 'utf8');
  for (const { reason, pattern, replacement } of edits) {
    for (const one of [pattern].flat()) {
      if (glue.search(one) < 0) {
        throw new Error(`${name}.js: nothing matches ${one} any more (${reason})`);
      }
      glue = glue.replace(one, replacement);
    }
  }
  /** @type {Map<string, string>} */
  const names = new Map();
  glue = glue.replace(LISTED_EXPORT, (_, own, short) => {
    names.set(short, own);
    return '';
  });
  for (const own of names.values()) glue = glue.replace(`_${own},`, ''); // its variable
  if (names.size === 0) throw new Error(`${name}.js: nothing matches ${LISTED_EXPORT} any more`);
  const performance = name === 'node' ? NODE_PERFORMANCE : PERFORMANCE;
  writeFileSync(join(output, `atelier.${name}.js`), performance + glue);
  writeFileSync(join(output, `atelier.${name}.d.ts`), GLUE_TYPES);
  return withExportNames(readFileSync(join(build, name, `${name}.wasm`)), names);
}

/**
 * @param {string} file
 * @param {Buffer} wasm
 * @param {string} mode as js/types.js has it
 * @param {string} url the module that tells where it is
 */
function packageWasm(file, wasm, mode, url) {
  writeFileSync(join(output, file), withSection(wasm, 'atelier', `${version} ${mode}`));
  writeFileSync(join(output, `${url}.js`), wasmUrl(file));
  writeFileSync(join(output, `${url}.d.ts`), WASM_URL_TYPES);
}

mkdirSync(output, { recursive: true });
const wasm = packageGlue('web', [...THREAD_EDITS, ...EDITS, ...WEB_EDITS]);
if (!packageGlue('node', [...THREAD_EDITS, ...EDITS, ...NODE_EDITS]).equals(wasm)) {
  throw new Error('the glues for web and node were linked to different wasm modules');
}
packageWasm('atelier.wasm', wasm, 'shared-memory', 'wasm-url');
packageWasm(
  'atelier.messages.wasm',
  packageGlue('messages', [...EDITS, ...WEB_EDITS]),
  'messages',
  'messages-wasm-url'
);

#!/usr/bin/env node
/** @file Prints what a page and each of its workers load, as a production build has it. */
import { readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { buildWasm } from './build.mjs';
import { ensure } from './setup.mjs';

const path = (/** @type {string} */ file) => fileURLToPath(new URL(`../${file}`, import.meta.url));

const GLUE = path('dist/atelier.web.js');
const ENTRY = '\0entry.js';
// Some 700 bytes of Vite's, not ours: an app with any dynamic import has them.
const VITE_PRELOAD = '\0vite/preload-helper.js';
const PRELOAD = 'export const __vitePreload = (load) => load();';

/** What the README's example needs of the package, on its two sides. */
const PAGE = `
import { createTaskRuntime } from ${JSON.stringify(path('js/index.js'))};
globalThis.runtime = await createTaskRuntime();`;
const WORKER = `
import { expose } from ${JSON.stringify(path('js/worker.js'))};
expose({ echo: (value) => value });`;
const GLUE_ALONE = `
import createModule from ${JSON.stringify(GLUE)};
globalThis.createModule = createModule;`;

/** What the same takes of other packages: their page's side, and their worker's. */
const OTHERS = {
  comlink: [
    `import { wrap } from 'comlink'; globalThis.wrap = wrap;`,
    `import { expose } from 'comlink'; expose({ echo: (value) => value });`,
  ],
  workerpool: [
    `import { pool } from 'workerpool'; globalThis.pool = pool;`,
    `import { worker } from 'workerpool'; worker({ echo: (value) => value });`,
  ],
};

/**
 * Bundles a module for production, with Vite's defaults.
 * @param {string} source
 * @param {string[]} [external] absolute paths of modules to leave out
 * @returns {Promise<{ code: string, later: string[] }>} the script, and those that it loads only where
 *   they are needed
 */
async function bundle(source, external = []) {
  const { build } = await import('vite'); // may have been installed only now
  const { NODE_ENV } = process.env;
  const built = /** @type {import('vite').Rolldown.RolldownOutput} */ (
    await build({
      root: path('.'),
      configFile: false,
      logLevel: 'error',
      plugins: [
        {
          name: 'entry',
          enforce: 'pre',
          resolveId: (id) => (id === ENTRY ? id : undefined),
          load: (id) => (id === ENTRY ? source : id === VITE_PRELOAD ? PRELOAD : undefined),
        },
      ],
      build: {
        write: false,
        target: 'es2022',
        modulePreload: { polyfill: false }, // Vite's, not ours
        rolldownOptions: { input: ENTRY, external },
      },
    })
  );
  // Vite sets it, and what is started later would install no devDependencies.
  if (NODE_ENV === undefined) delete process.env.NODE_ENV;
  else process.env.NODE_ENV = NODE_ENV;
  const scripts = built.output.filter((file) => file.type === 'chunk');
  const entries = scripts.filter((script) => script.isEntry);
  if (entries.length !== 1) throw new Error(`one script expected, not ${entries.length}`);
  const later = scripts.filter((script) => !script.isEntry).map((script) => script.code);
  return { code: entries[0].code, later };
}

/** @param {...(string | Uint8Array)} files */
function sizes(...files) {
  const bytes = files.map((file) => Buffer.from(file));
  const sum = (/** @type {number[]} */ numbers) => numbers.reduce((a, b) => a + b, 0);
  return {
    raw: sum(bytes.map((file) => file.length)),
    gzipped: sum(bytes.map((file) => gzipSync(file, { level: 9 }).length)),
  };
}

/** What the two sides may have at most, in gzipped bytes: `npm test -- checks` fails above that. */
export const CAPS = {
  'the page: that, and wasm': 39_900,
  'a worker: JavaScript and glue': 12_000,
};

/** What the built package has; each is raw and gzipped bytes. */
export async function measureSizes() {
  const [page, pageOwn, worker, workerOwn, glue] = [
    await bundle(PAGE),
    await bundle(PAGE, [GLUE]),
    await bundle(WORKER),
    await bundle(WORKER, [GLUE]),
    await bundle(GLUE_ALONE),
  ];
  const wasm = readFileSync(path('dist/atelier.wasm'));
  const messagesWasm = readFileSync(path('dist/atelier.messages.wasm'));
  return {
    'glue (page and worker)': sizes(glue.code),
    'wasm (page)': sizes(wasm),
    'JavaScript (page)': sizes(pageOwn.code),
    'JavaScript (worker)': sizes(workerOwn.code),
    'all of the page’s JavaScript': sizes(page.code),
    'the page: that, and wasm': sizes(page.code, wasm),
    'a worker: JavaScript and glue': sizes(worker.code),
    'not isolated: glue, loaded later': sizes(...page.later),
    'not isolated: its wasm': sizes(messagesWasm),
    'not isolated, the page: JavaScript and wasm': sizes(page.code, ...page.later, messagesWasm),
  };
}

/** What a page and a worker load of other packages; each is raw and gzipped bytes. */
export async function measureOthers() {
  const rows = [];
  for (const [name, [page, worker]] of Object.entries(OTHERS)) {
    rows.push([`${name}: the page`, sizes((await bundle(page)).code)]);
    rows.push([`${name}: a worker`, sizes((await bundle(worker)).code)]);
  }
  return Object.fromEntries(rows);
}

const [, script] = process.argv;
if (script && realpathSync(script) === fileURLToPath(import.meta.url)) {
  await buildWasm(await ensure(['npm', 'emscripten']));
  console.log('Bytes. The page hands the compiled wasm to its workers: they do not load it.\n');
  console.table(await measureSizes());
  console.table(await measureOthers());
}

import js from '@eslint/js';
import jsdoc from 'eslint-plugin-jsdoc';
import globals from 'globals';

/**
 * Modules that a folder's must not import: data flows one way.
 * @param {string} folder
 * @param {string[]} others
 */
const importsNone = (folder, ...others) => ({
  files: [`js/${folder}/**/*.js`],
  rules: {
    'no-restricted-imports': [
      'error',
      { patterns: [{ regex: `/(${others.join('|')})/`, message: `${folder}/ must not need it.` }] },
    ],
  },
});

export default [
  { ignores: ['**/node_modules/', '.toolchain/', 'build/', 'dist/', 'test-results/'] },
  js.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    plugins: { jsdoc },
    rules: {
      'no-empty': ['error', { allowEmptyCatch: true }],
      'no-unused-vars': ['error', { caughtErrors: 'none' }],
      'jsdoc/check-param-names': 'error',
      'jsdoc/check-tag-names': ['error', { definedTags: ['overload'] }],
      'jsdoc/require-jsdoc': ['error', { publicOnly: true, require: { ClassDeclaration: true } }],
    },
    settings: { jsdoc: { mode: 'typescript' } },
  },
  importsNone('shared', 'runtime', 'worker', 'platform'),
  importsNone('worker', 'runtime', 'platform'),
  importsNone('runtime', 'worker', 'platform', 'testing'),
  importsNone('runtime/workers', 'calls', 'traces', 'worker', 'platform'),
  importsNone('export', 'runtime', 'worker', 'platform'),
  {
    files: ['test-browser/**/*.js'],
    languageOptions: {
      globals: {
        atelier: 'readonly',
        compat: 'readonly',
        frozenMs: 'readonly',
        guides: 'readonly',
        loadHandlers: 'readonly',
        loadTesting: 'readonly',
        observe: 'readonly',
        ours: 'readonly',
        rejection: 'readonly',
        results: 'readonly',
        values: 'readonly',
        wasmUrls: 'readonly',
        runCallbackPrograms: 'readonly',
        runChaos: 'readonly',
        runPrograms: 'readonly',
        runFuzz: 'readonly',
        runTracePrograms: 'readonly',
        runTraceRows: 'readonly',
        runTraces: 'readonly',
        start: 'readonly',
        taskOf: 'readonly',
        warnings: 'readonly',
        workers: 'readonly',
      },
    },
    rules: { 'no-empty-pattern': 'off' },
  },
  {
    files: ['wasm/*.js'],
    languageOptions: {
      sourceType: 'script',
      globals: {
        AsciiToString: 'readonly',
        Emval: 'readonly',
        Module: 'readonly',
        PThread: 'readonly',
        __emscripten_thread_init: 'readonly',
        __emscripten_tls_init: 'readonly',
        abort: 'readonly',
        addToLibrary: 'readonly',
        createWasm: 'readonly',
        entryDevtools: 'readonly',
        entryHex: 'readonly',
        entryGuarded: 'readonly',
        entrySpanId: 'readonly',
        entrySpanIdLast: 'readonly',
        entryTexts: 'readonly',
        entryTraceId: 'readonly',
        entryWorkerTrack: 'readonly',
        establishStackSpace: 'readonly',
        registeredTypes: 'readonly',
        updateMemoryViews: 'readonly',
        wasmMemory: 'writable',
        wasmModule: 'writable',
      },
    },
  },
];

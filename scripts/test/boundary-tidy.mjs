import { join } from 'node:path';

import { run } from '../setup/command.mjs';
import { REPOSITORY, succeeds } from './program.mjs';

/** Emscripten's headers need one as new as this; the core's files are checked by Debian's default. */
const CLANG_TIDY = 'clang-tidy-19';

/** Macros that clang has since version 20. */
const NEWER_MACROS = Object.entries({
  ...{ INT8: '', UINT8: '', INT16: '', UINT16: '', INT32: '', UINT32: 'U' },
  ...{ INT64: 'LL', UINT64: 'ULL', INTMAX: 'LL', UINTMAX: 'ULL' },
}).map(([type, suffix]) => `-D__${type}_C(value)=value${suffix && `##${suffix}`}`);

/**
 * Runs clang-tidy on what is in wasm/, as the page's build with threads compiles it.
 *
 * @param {string[]} files
 * @param {import('../setup/emscripten.mjs').Emscripten} emscripten
 * @returns {Promise<boolean>} whether there is nothing to say
 */
export async function tidyBoundary(files, { emcc, env }) {
  const flags = (await run(emcc, ['--cflags', '-pthread'], { env })).trim();
  const options = [
    ...flags.replaceAll(/-mllvm \S+ /g, '').split(' '), // which are the code generator's
    ...[
      '-std=c++20',
      '-pthread',
      '-fno-rtti',
      `-I${join(REPOSITORY, 'cpp')}`,
      '-DEMSCRIPTEN_HAS_UNBOUND_TYPE_NAMES=0',
    ],
    ...NEWER_MACROS,
  ];
  const paths = files.map((file) => join(REPOSITORY, file)); // whole, for the filter of headers
  const args = ['-quiet', '-header-filter=/wasm/', ...paths, '--', ...options];
  return succeeds(CLANG_TIDY, args, { quiet: true });
}

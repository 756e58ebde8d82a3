/** @file Collects garbage, in every engine that the package is tested on. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** @type {() => void} */
export const collectGarbage = /** @type {any} */ (globalThis).Bun
  ? () => /** @type {any} */ (globalThis).Bun.gc(true)
  : exposeGc();

function exposeGc() {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}

/** @file Holds what calls do to values against what structuredClone does to them. */
import { battery } from './battery.js';
import { describe } from './describe.js';

/**
 * @typedef {import('./battery.js').Case} Case
 * @typedef {{ name: string, expected: string, actual: string }} Comparison
 */

/** @type {import('atelier-wasm').DispatchOptions} */
const CLONING = { transfer: [], transferResult: false };

/** Whether what is to be transferred is kept if the engine refuses to clone: in Deno it is not. */
const keepsRefused = (() => {
  const buffer = new ArrayBuffer(8);
  try {
    structuredClone(() => {}, { transfer: [buffer] });
  } catch {
    // that is what is asked for
  }
  return buffer.byteLength > 0;
})();

/** @param {unknown} thrown */
const refusal = (thrown) => {
  const { name, message } = /** @type {any} */ (thrown ?? {});
  // The words of a DataCloneError are the engine's, and differ from one method to the other.
  if (name === undefined) return `throws ${String(thrown)}`;
  return `throws ${name}${/^[A-Z].* getter$/.test(message) ? message : ''}`;
};

/**
 * @param {Case} one
 * @param {any} value
 * @param {boolean} cloning
 */
const transferOf = (one, value, cloning) => (cloning ? [] : (one.transfer?.(value) ?? []));

/**
 * What is left of transferred values on their sender's side.
 * @param {any[]} transfer
 */
const remains = (transfer) => transfer.map((one) => one.byteLength ?? one.width ?? one.format);

/**
 * @param {Case} one
 * @param {boolean} cloning
 */
async function expectation(one, cloning) {
  const value = await one.make();
  const all = transferOf(one, value, false);
  let clone;
  let thrown;
  try {
    clone = [structuredClone(value, { transfer: cloning ? [] : all })];
  } catch (error) {
    thrown = refusal(error);
  }
  const left = JSON.stringify(remains(all));
  return { left, refused: thrown !== undefined, text: thrown ?? (await describe(clone)) };
}

/**
 * @param {any} task
 * @param {boolean} cloning
 */
const bind = (task, cloning) => (cloning ? task.with(CLONING) : task);

/**
 * Sends every value as an argument, and asks the worker what it got.
 * @param {any} task
 * @param {{ cloning: boolean, atOnce?: boolean, begun?: () => void }} options `atOnce`: all calls
 *   are made before any has ended; `begun` is called then
 * @returns {Promise<{ comparisons: Comparison[], refused: number }>}
 */
export async function compareArguments(task, { cloning, atOnce = false, begun }) {
  const values = await Promise.all(battery.map((one) => one.make()));
  const lists = battery.map((one, index) => transferOf(one, values[index], false));
  /** @type {Promise<string>[]} */
  const calls = [];
  for (const [index] of battery.entries()) {
    const call = bind(task, cloning).describe(values[index]).catch(refusal);
    calls.push(call);
    if (!atOnce) await call;
  }
  begun?.();
  /** @type {Awaited<ReturnType<typeof expectation>>[]} */
  const expected = [];
  for (const one of battery) expected.push(await expectation(one, cloning));
  const comparisons = await Promise.all(
    battery.map(async ({ name }, index) => {
      const { text, left, refused } = expected[index];
      const actual = await calls[index];
      if (refused && !keepsRefused) return { name, expected: text, actual };
      return {
        name,
        expected: text + left,
        actual: actual + JSON.stringify(remains(lists[index])),
      };
    })
  );
  return { comparisons, refused: expected.filter(({ refused }) => refused).length };
}

/**
 * Has every value made by the worker, as a result.
 * @param {any} task
 * @param {{ cloning: boolean }} options
 * @returns {Promise<{ comparisons: Comparison[], refused: number }>}
 */
export async function compareResults(task, { cloning }) {
  const names = await task.names();
  const comparisons = [];
  let refusals = 0;
  for (const one of battery.filter(({ name }) => names.includes(name))) {
    const { text, refused } = await expectation(one, cloning);
    const actual = await bind(task, cloning)
      .make(one.name)
      .then((/** @type {unknown} */ value) => describe([value]), refusal);
    comparisons.push({ name: one.name, expected: text, actual });
    refusals += Number(refused);
  }
  return { comparisons, refused: refusals };
}

/**
 * All values that can be cloned, as one argument of a call that runs twice.
 * @param {any} task
 * @returns {Promise<Comparison>}
 */
export async function compareSecondAttempt(task) {
  const values = async () => {
    const all = [];
    for (const one of battery) {
      if (!(await expectation(one, true)).refused) all.push(await one.make());
    }
    return all;
  };
  const actual = await task.with(CLONING).describeAgain(new SharedArrayBuffer(4), await values());
  const expected = await describe(structuredClone(await values()));
  return { name: 'all', expected, actual };
}

/** @param {Comparison[]} comparisons */
export const differing = (comparisons) =>
  comparisons.filter(({ expected, actual }) => expected !== actual);

import { checkOptions, is, oneOf, wrong } from './shared/check.js';
import { setTimeout } from './shared/timers.js';

/**
 * Calls `fn` for every item, `limit` calls at a time, and yields the results as calls complete. From
 * the first `next()` on it takes an item whenever fewer than `limit` calls are running or have results
 * that you have not consumed. It awaits items that are promises.
 * - Under `'fail-fast'` the iteration throws a failure after the results that came before it, without
 *   waiting for other calls. Under `'continue'` it skips the failure, or yields it with `returnSettled`.
 *   If the source throws under `'continue'`, the iteration ends when the running calls have completed.
 * - The signal ends the iteration at once, and drops results that you have not consumed.
 * - If you abort the key of an item before you consume its result, the item is cancelled, which is no
 *   failure: the signal of `fn` fires, and the result is skipped (with `returnSettled`: yielded as
 *   rejected).
 * - If the iteration ends early (a failure, the signal, `break`), the signals of running calls fire, their
 *   keys are aborted and their results ignored. The iteration closes the source and waits for that, unless
 *   the source itself waits for something.
 * @example
 * ```js
 * for await (const thumbnail of parallelLimit(files, 4, (file) => image.resize(file))) show(thumbnail);
 * ```
 * @template T the type of the items
 * @template R what `fn` returns
 * @template {boolean} [S=false] the type of `returnSettled`
 * @param {Iterable<T> | AsyncIterable<T>} items a list, a generator, a stream, …
 * @param {number} limit a whole number of at least 1
 * @param {(item: Awaited<T>, info: { index: number, signal: AbortSignal }) => R} fn may return a
 *   promise; `signal` fires when nobody needs the result any more: pass it to `task.with({ signal })`
 * @param {import('./types.js').ParallelLimitOptions<T, S>} [options] how it deals with
 *   failures, and what ends it
 * @returns {AsyncIterableIterator<
 *   S extends true ? import('./types.js').SettledCall<Awaited<T>, Awaited<R>> : Awaited<R>
 * >}
 * @throws {TypeError} when an argument or an option is wrong
 */
export function parallelLimit(items, limit, fn, options = {}) {
  checkArguments({ items, limit, fn, options });
  const run = makeRun(items, limit, fn, options);
  const results = run.results();
  const end = results.return;
  // A generator puts it off until the result is there that is being waited for.
  results.return = (value) => {
    run.stop();
    return end.call(results, value);
  };
  return results;
}

/**
 * @typedef {{
 *   item: any, index: number, controller: AbortController, outcome?: any,
 *   key?: string, keySignal?: AbortSignal, unlisten?: () => void
 * }} Call
 */

/**
 * One iteration. What can start synchronously does: the active trace depends on that.
 * @param {any} items
 * @param {number} limit
 * @param {Function} fn
 * @param {import('./types.js').ParallelLimitOptions<any>} options
 */
function makeRun(items, limit, fn, options) {
  const { onError, signal, abortTaskController, keyOf, returnSettled } = options;
  const errorPolicy = options.errorPolicy ?? (returnSettled ? 'continue' : 'fail-fast');
  const calls = /** @type {Set<Call>} */ (new Set());
  const completed = /** @type {Call[]} */ ([]); // and not consumed yet
  let source = /** @type {any} */ (undefined);
  let sourceDone = false;
  let taking = /** @type {Promise<void> | undefined} */ (undefined);
  let taken = 0;
  let failure = /** @type {{ error: unknown } | undefined} */ (undefined);
  let stopped = false;
  let closed = Promise.resolve();
  let wake = () => {};

  async function* results() {
    try {
      if (signal?.aborted) abort();
      else open();
      for (;;) {
        fill();
        const call = completed.shift();
        if (call) {
          fill();
          const { item, index } = call;
          const outcome = cancellation(call) ?? call.outcome;
          if (returnSettled) yield { ...outcome, item, index };
          else if (outcome.status === 'fulfilled') yield outcome.value;
        } else if (calls.size === 0 && (sourceDone || stopped)) {
          break;
        } else {
          await new Promise((resolve) => (wake = () => resolve(undefined)));
        }
      }
    } finally {
      stop();
      await (failure ? closed.catch(() => {}) : closed);
    }
    if (failure) throw failure.error;
  }

  function open() {
    signal?.addEventListener('abort', abort);
    source = openerOf(items).call(items);
  }

  function fill() {
    while (!stopped && !sourceDone && !taking && calls.size + completed.length < limit) {
      try {
        const step = source.next();
        if (!isThenable(step)) take(step);
        else taking = Promise.resolve(step).then(take).catch(failSource).then(fill);
      } catch (error) {
        failSource(error);
      }
    }
  }

  function take(/** @type {IteratorResult<any>} */ { done, value }) {
    taking = undefined;
    if (done) {
      sourceDone = true;
      wake();
    } else if (!stopped) {
      run({ item: value, index: taken++, controller: new AbortController() });
    }
  }

  async function run(/** @type {Call} */ call) {
    const { index, controller } = call;
    calls.add(call);
    try {
      if (isThenable(call.item)) call.item = await call.item;
      controller.signal.throwIfAborted();
      follow(call, keyOf?.(call.item, index));
      controller.signal.throwIfAborted();
      const value = await fn(call.item, { index, signal: controller.signal });
      call.outcome = { status: 'fulfilled', value };
    } catch (reason) {
      call.outcome = { status: 'rejected', reason };
    }
    if (!calls.delete(call)) return; // the iteration is over
    call.unlisten?.();
    const failed = call.outcome.status === 'rejected';
    if (failed && !cancellation(call)) report(call);
    if (!stopped && (returnSettled || !failed)) completed.push(call);
    fill();
    wake();
  }

  function follow(/** @type {Call} */ call, /** @type {string | undefined} */ key) {
    if (!key || !abortTaskController) return;
    const keySignal = abortTaskController.signalFor(key);
    const abortCall = () => call.controller.abort(keySignal.reason);
    const unlisten = () => keySignal.removeEventListener('abort', abortCall);
    Object.assign(call, { key, keySignal, unlisten });
    keySignal.addEventListener('abort', abortCall);
    if (keySignal.aborted) abortCall();
  }

  function report(/** @type {Call} */ { item, index, outcome }) {
    try {
      Promise.resolve(onError?.(outcome.reason, item, index)).catch((error) => fail(error));
    } catch (error) {
      fail(error);
    }
    if (errorPolicy === 'fail-fast') fail(outcome.reason);
  }

  function failSource(/** @type {unknown} */ error) {
    taking = undefined;
    sourceDone = true;
    if (errorPolicy === 'fail-fast') fail(error);
    else if (!stopped) failure = { error };
    wake();
  }

  function abort() {
    completed.length = 0;
    fail(signal?.reason, signal?.reason);
  }

  function fail(/** @type {unknown} */ error, reason = endOfIteration()) {
    if (stopped) return;
    failure = { error };
    stop(reason);
  }

  function stop(reason = endOfIteration()) {
    if (stopped) return;
    stopped = true;
    signal?.removeEventListener('abort', abort);
    closed = end(reason);
    closed.catch(() => {}); // until the generator awaits it
    wake();
  }

  async function end(/** @type {unknown} */ reason) {
    const unfinished = [...calls];
    calls.clear();
    for (const { unlisten, controller } of unfinished) {
      unlisten?.();
      controller.abort(reason);
    }
    const keys = new Set(unfinished.flatMap(({ key }) => key ?? []));
    if (keys.size > 0) abortTaskController?.abortMany([...keys]);
    await undefined; // a generator that is running just now could not be closed
    if (!source || sourceDone) return;
    const closing = Promise.resolve(source.return?.());
    closing.catch(() => {});
    const idle = taking && (await Promise.race([taking, moment()])) === IDLE;
    if (!idle) await closing;
  }

  return { results, stop };
}

const IDLE = Symbol('idle');
const moment = () => new Promise((resolve) => setTimeout(resolve, 0, IDLE));

const endOfIteration = () =>
  new DOMException('The iteration over parallelLimit() has ended.', 'AbortError');

const cancellation = (/** @type {Call} */ { keySignal }) =>
  keySignal?.aborted ? { status: 'rejected', reason: keySignal.reason } : undefined;

const isFunction = (/** @type {any} */ value) => typeof value === 'function';
const openerOf = (/** @type {any} */ items) =>
  items?.[Symbol.asyncIterator] ?? items?.[Symbol.iterator];
const isThenable = (/** @type {any} */ value) => isFunction(value?.then);

const OPTIONS = {
  errorPolicy: oneOf('fail-fast', 'continue'),
  onError: is.function,
  signal: is.signal,
  abortTaskController: {
    accepts: "a runtime's abortTaskController",
    test: (/** @type {any} */ value) => isFunction(value?.signalFor) && isFunction(value.abortMany),
  },
  keyOf: is.function,
  returnSettled: is.boolean,
};

/** @type {Record<string, import('./shared/check.js').Rule>} */
const ARGUMENTS = {
  items: {
    accepts: 'an iterable or an async iterable',
    test: (value) => isFunction(openerOf(value)),
  },
  limit: {
    accepts: 'a whole number of at least 1',
    test: (value) => Number.isSafeInteger(value) && value >= 1,
  },
  fn: is.function,
};

/** @param {Record<string, any>} given the arguments by their names */
function checkArguments({ options, ...given }) {
  const where = 'parallelLimit()';
  for (const [name, { accepts, test }] of Object.entries(ARGUMENTS)) {
    if (!test(given[name])) throw wrong(where, `argument '${name}'`, given[name], accepts);
  }
  checkOptions(where, options, OPTIONS);
  const { abortTaskController, keyOf } = options;
  if (!abortTaskController !== !keyOf) {
    const missing = keyOf ? 'abortTaskController' : 'keyOf';
    const accepts = `${OPTIONS[missing].accepts}: abortTaskController and keyOf go together`;
    throw wrong(where, `option '${missing}'`, undefined, accepts);
  }
}

import { isStream } from './program.js';
import { nextMacrotask, pack, pause, unpack } from './values.js';

/** @typedef {import('./program.js').CallStep} CallStep */

const named = (/** @type {string} */ name) => Object.assign(new Error(name), { name });

/** A call of a program, from when it is made until its caller knows how it has ended. */
export class CallRun {
  step;
  #fail;
  #controller = new AbortController();
  /** @type {Promise<any> | undefined} */
  #called;
  #isRead = false;
  #steps = 0;
  /** How it has ended: `ok`, or the name of its error. @type {string | undefined} */
  outcome;
  /** Settles with the call; if it is read as a stream, with that. @type {Promise<void> | undefined} */
  end;

  /**
   * @param {CallStep} step
   * @param {(what: string) => void} fail
   */
  constructor(step, fail) {
    this.step = step;
    this.#fail = (/** @type {string} */ what) => fail(`call ${step.id}: ${what}`);
  }

  /**
   * Makes the call.
   * @param {any} task
   * @param {{ onGet?: (() => void), hasSignal: boolean }} how `onGet` is done when an argument is read
   */
  start(task, { onGet, hasSignal }) {
    const { method, options, cancel } = this.step;
    if (cancel?.when === 'before') this.cancel(cancel.reason);
    /** @type {import('atelier-wasm').DispatchOptions} */
    const all = { ...options, ...(hasSignal && { signal: this.#controller.signal }) };
    if (method === 'report') all.onProgress = (step) => this.#takeStep(step);
    this.#called = task.with(all)[method](...this.#arguments(onGet));
    this.end = this.#called?.then(
      (value) => this.#returned(value),
      (error) => this.#settle(String(error?.name))
    );
    if (cancel) this.#cancelLater(cancel);
  }

  /** @param {string} reason the name of an error */
  cancel(reason) {
    this.#controller.abort(reason === 'AbortError' ? undefined : named(reason));
  }

  /**
   * Takes the items of a stream, if nobody does yet.
   * @param {number} most
   * @param {boolean} slow
   */
  read(most, slow) {
    if (this.#isRead) return;
    this.#isRead = true;
    this.end = this.#read(most, slow).then(
      () => this.#settle('ok'),
      (error) => this.#settle(String(error?.name))
    );
  }

  /** @param {(() => void) | undefined} onGet */
  #arguments(onGet) {
    const { id, argument, method, result, us, moment, count } = this.step;
    const value = argument === 'function' ? () => {} : pack(argument, id);
    if (onGet) {
      const get = () => {
        onGet();
        return 1;
      };
      Object.defineProperty(value, 'more', { get, enumerable: true });
    }
    if (method === 'heed') return [value];
    if (method === 'report') return [value, result];
    return isStream(this.step) ? [value, count, us, moment] : [value, result, us, moment];
  }

  /** @param {NonNullable<CallStep['cancel']>} cancel */
  #cancelLater({ when, reason }) {
    const cancel = () => this.cancel(reason);
    if (when === 'before') return;
    if (when === 'now') cancel();
    else if (when === 'microtask') queueMicrotask(cancel);
    else if (when === 'macrotask') nextMacrotask(cancel);
    else setTimeout(cancel, when);
  }

  /**
   * @param {number} most
   * @param {boolean} slow
   */
  async #read(most, slow) {
    const { id, count } = this.step;
    const stream = await this.#called;
    let next = 0;
    while (next < most) {
      const { done, value } = await stream.next();
      if (done) {
        if (next !== count || value !== 'end') this.#fail(`${value} after ${next} items`);
        return;
      }
      if (value !== id + next) this.#fail(`item ${value} at ${next}`);
      next += 1;
      if (slow) await pause('macrotask');
    }
    await stream.return();
  }

  /** @param {any} value */
  #returned(value) {
    const { step } = this;
    if (isStream(step)) return; // it has begun
    const { kind, number } = unpack(value);
    if (kind !== step.result || number !== step.id) this.#fail(`returned ${kind} ${number}`);
    this.#settle('ok');
  }

  /** @param {string} outcome */
  #settle(outcome) {
    if (this.outcome === undefined) this.outcome = outcome;
    else if (!isStream(this.step)) this.#fail(`settled again: ${outcome}`);
  }

  /** @param {number} step */
  #takeStep(step) {
    if (this.outcome !== undefined) this.#fail('progress after its end');
    if (step !== this.#steps++) this.#fail(`step ${step}`);
  }
}

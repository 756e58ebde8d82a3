/** @file Makes programs at random. */

import { SLOTS } from './program.js';

/**
 * @typedef {import('../chaos/random.js').Random} Random
 * @typedef {import('./program.js').CallWork} CallWork
 * @typedef {import('./program.js').Program} Program
 * @typedef {import('./program.js').Side} Side
 * @typedef {import('./program.js').Statement} Statement
 * @typedef {import('./program.js').Work} Work
 */

/**
 * What can be named where a statement is.
 * @typedef {object} Scope
 * @property {number} depth
 * @property {{ name: string, r: Side }[]} traces
 * @property {boolean} sync whether nothing can be awaited there
 * @property {boolean} isMemo whether it is in a function that is called from elsewhere
 * @property {boolean} isKept whether it is in what a promise is kept of: what awaited that itself
 *   would never end
 */

const DEEPEST = 4;

/**
 * @param {Random} random
 * @returns {Program}
 */
export function generate(random) {
  return new Generator(random).make();
}

class Generator {
  #random;
  #calls = 0;
  /** How many calls it may still make. */
  #left;
  #traces = [0, 0];
  /** How often the second runtime is meant. */
  #second;

  #ours;

  /** @param {Random} random */
  constructor(random) {
    this.#random = random;
    this.#ours = random.chance(0.3);
    this.#left = 6 + random.int(24);
    this.#second = !this.#ours && random.chance(0.3) ? 0.3 : 0;
  }

  /** @returns {Program} */
  make() {
    const random = this.#random;
    /** @type {Scope} */
    const scope = { depth: 1, traces: [], sync: false, isMemo: true, isKept: true };
    const many = this.#ours ? 0 : random.int(SLOTS);
    const memos = Array.from({ length: many }, () => this.#body(scope, 2));
    this.#memos = memos.length;
    const outside = { ...scope, depth: 0, isMemo: false, isKept: false };
    const actors = Array.from({ length: 1 + random.int(4) }, () => this.#body(outside, 5));
    return { ours: this.#ours, memos, actors };
  }
  #memos = 0;

  /**
   * @param {Scope} scope
   * @param {number} most how many statements
   * @returns {Statement[]}
   */
  #body(scope, most) {
    const inner = { ...scope, traces: [...scope.traces] };
    return Array.from({ length: 1 + this.#random.int(most) }, () => this.#statement(inner));
  }

  /**
   * @param {Scope} scope
   * @param {number} [most]
   */
  #deeper(scope, most = 3) {
    return this.#body({ ...scope, depth: scope.depth + 1 }, most);
  }

  #side() {
    return /** @type {Side} */ (this.#random.chance(this.#second) ? 1 : 0);
  }

  #id() {
    this.#left -= 1;
    return ++this.#calls;
  }

  /** @param {Side} r */
  #name(r) {
    const count = this.#traces[r]++;
    const letter = String.fromCharCode((r ? 97 : 65) + (count % 26));
    return count < 26 ? letter : `${letter}${Math.floor(count / 26)}`;
  }

  #slot() {
    return this.#random.int(SLOTS);
  }

  /**
   * @param {Scope} scope
   * @returns {CallWork}
   */
  #call({ traces }) {
    const random = this.#random;
    const named = traces.length > 0 && random.chance(0.25) ? random.pick(traces) : undefined;
    const method = random.chance(0.7) ? 'now' : 'later';
    const r = named ? named.r : this.#side();
    return { w: 'call', id: this.#id(), r, method, ...(named && { by: named.name }) };
  }

  /**
   * @param {Scope} scope
   * @returns {Statement}
   */
  #statement(scope) {
    const random = this.#random;
    const { depth, traces, sync } = scope;
    if (sync) return this.#syncStatement(scope);
    const luck = random.int(100);
    if (luck < 24) return { do: 'await', work: this.#call(scope) };
    if (depth >= DEEPEST || this.#left <= 0 || luck < 52) {
      return { do: 'await', work: this.#work(scope) };
    }
    if (luck < 58) return this.#keep(scope);
    if (luck < 64 && !scope.isKept) return { do: 'await', work: this.#kept(scope) };
    if (luck < 68) return { do: 'try', work: this.#failing(scope) };
    if (luck < 71) return this.#abort(scope);
    if (luck < 75 && traces.length > 0) return { do: 'end', trace: random.pick(traces).name };
    if (luck < 79) return this.#forAwait(scope);
    if (luck < 81) return this.#read(scope);
    if (luck < 83) return this.#loop(scope);
    return this.#syncStatement(scope);
  }

  /**
   * @param {Scope} scope
   * @returns {Statement}
   */
  #syncStatement(scope) {
    const random = this.#random;
    const { depth, traces } = scope;
    if (depth >= DEEPEST || this.#left <= 0 || random.chance(0.3)) {
      return { do: 'float', work: this.#call(scope) };
    }
    const inner = { ...scope, sync: true };
    const luck = random.int(10);
    if (luck < 1) return this.#keep(scope);
    if (luck < 2) return { do: 'float', work: this.#work(scope) };
    if (luck < 4) return this.#start(scope);
    if (luck < 5 && traces.length > 0) {
      return { do: 'runSync', trace: random.pick(traces).name, body: this.#deeper(inner, 2) };
    }
    if (luck < 6 && traces.length > 0) return { do: 'end', trace: random.pick(traces).name };
    if (this.#ours) return { do: 'float', work: this.#call(scope) };
    if (luck < 7) return { do: 'resolve', slot: this.#slot() };
    if (luck < 8) {
      const when = random.pick(/** @type {const} */ (['microtask', 'timer', 'message']));
      return { do: 'callback', when, body: this.#deeper(inner, 2) };
    }
    if (scope.isMemo) return { do: 'float', work: this.#call(scope) }; // no listener emits
    if (luck < 9) return { do: 'emit', slot: this.#slot() };
    return { do: 'on', slot: this.#slot(), body: this.#deeper({ ...inner, isMemo: true }, 2) };
  }

  /**
   * @param {Scope} scope
   * @returns {Statement}
   */
  #start(scope) {
    const random = this.#random;
    const r = this.#side();
    const name = this.#name(r);
    if (scope.sync || random.chance(0.7)) {
      scope.traces.push({ name, r });
      return { do: 'start', name, r, body: [] };
    }
    const inner = { ...scope, traces: [...scope.traces, { name, r }] };
    return { do: 'using', name, r, body: this.#deeper(inner) };
  }

  /**
   * @param {Scope} scope
   * @returns {Statement}
   */
  #keep(scope) {
    const inner = { ...scope, isKept: true };
    const another = () => (this.#ours ? this.#trace(inner) : this.#work(inner));
    const work = this.#random.chance(0.5) ? this.#call(scope) : another();
    return { do: 'keep', slot: this.#slot(), work };
  }

  /**
   * @param {Scope} scope
   * @returns {Work}
   */
  #kept(scope) {
    return { w: 'kept', slot: this.#slot(), ...(this.#ours && { or: this.#call(scope) }) };
  }

  /**
   * @param {Scope} scope
   * @returns {Statement[]} of an async function
   */
  #async(scope) {
    const body = this.#deeper(scope);
    return this.#ours ? [{ do: 'await', work: this.#call(scope) }, ...body] : body;
  }

  /**
   * @param {Scope} scope
   * @returns {Work} that may fail
   */
  #failing(scope) {
    if (this.#random.chance(0.5)) return { w: 'failing', id: this.#id(), r: this.#side() };
    return this.#trace(scope, true);
  }

  /**
   * @param {Scope} scope
   * @returns {Statement}
   */
  #abort(scope) {
    const first = this.#random.chance(0.6) ? this.#work({ ...scope, depth: DEEPEST }) : undefined;
    return { do: 'abort', id: this.#id(), r: this.#side(), ...(first && { first }) };
  }

  /**
   * @param {Scope} scope
   * @returns {Statement}
   */
  #forAwait(scope) {
    const body = this.#deeper(scope, 2);
    const leaves = this.#random.chance(0.5);
    return {
      do: 'forAwait',
      id: this.#id(),
      r: this.#side(),
      method: this.#stream(),
      leaves,
      body,
    };
  }

  /**
   * @param {Scope} scope
   * @returns {Statement}
   */
  #read(scope) {
    const body = this.#deeper(scope, 2);
    const ending = this.#random.pick(/** @type {const} */ (['return', 'throw']));
    return { do: 'read', id: this.#id(), r: this.#side(), method: this.#stream(), ending, body };
  }

  #stream() {
    return this.#random.pick(/** @type {const} */ (['items', 'itemsLater']));
  }

  /**
   * @param {Scope} scope
   * @returns {Statement}
   */
  #loop(scope) {
    /** @type {Statement[]} */
    const body = this.#random.chance(0.5)
      ? [{ do: 'await', work: this.#trace(scope) }]
      : this.#deeper(scope, 2);
    return { do: 'loop', count: 2 + this.#random.int(2), body };
  }

  /**
   * @param {Scope} scope
   * @param {boolean} [throws]
   * @returns {Work}
   */
  #trace(scope, throws = false) {
    const r = this.#side();
    const name = this.#name(r);
    const sync = this.#random.chance(0.15);
    const traces = [...scope.traces, { name, r }];
    return { w: 'trace', name, r, sync, throws, body: this.#deeper({ ...scope, traces, sync }, 4) };
  }

  /**
   * @param {Scope} scope
   * @returns {Work} that does not fail
   */
  #work(scope) {
    const random = this.#random;
    const { depth, traces, isMemo } = scope;
    const luck = random.int(100);
    const isDeep = depth >= DEEPEST || this.#left <= 0;
    if (!this.#ours && (isDeep ? luck < 50 : luck < 20)) {
      const how = /** @type {const} */ (['timer', 'message', 'event', 'microtask', 'null']);
      return { w: 'pause', how: random.pick(how) };
    }
    if (isDeep) return this.#call(scope);
    const inner = { ...scope, sync: false };
    if (luck < 42) return this.#trace(inner);
    if (luck < 52) return { w: 'fn', body: this.#async(inner) };
    if (luck < 58 && traces.length > 0) {
      return { w: 'run', trace: random.pick(traces).name, body: this.#async(inner) };
    }
    if (luck < 70) return this.#all(inner);
    if (luck < 80) return this.#then(inner);
    if (this.#ours) return this.#call(scope);
    if (luck < 84) return { w: 'wrapped', first: this.#work({ ...inner, depth: depth + 1 }) };
    if (luck < 92 && this.#memos > 0 && !isMemo)
      return { w: 'memo', slot: random.int(this.#memos) };
    return isMemo ? this.#call(scope) : { w: 'deferred', slot: this.#slot() };
  }

  /**
   * @param {Scope} scope
   * @returns {Work}
   */
  #all(scope) {
    const random = this.#random;
    const how = random.pick(/** @type {const} */ (['all', 'all', 'allSettled', 'race', 'any']));
    const inner = { ...scope, depth: scope.depth + 1 };
    const parts = Array.from({ length: 2 + random.int(2) }, () =>
      random.chance(0.5) ? this.#call(inner) : this.#work(inner)
    );
    if (how === 'allSettled' || how === 'any') parts.push(this.#failing(inner));
    return { w: 'all', how, parts };
  }

  /**
   * @param {Scope} scope
   * @returns {Work}
   */
  #then(scope) {
    const random = this.#random;
    const first = random.chance(0.6)
      ? this.#call(scope)
      : this.#work({ ...scope, depth: scope.depth + 1 });
    const sync = random.chance(0.5);
    const how = random.chance(0.8) ? 'then' : 'finally';
    return { w: 'then', how, first, sync, body: this.#deeper({ ...scope, sync }, 2) };
  }
}

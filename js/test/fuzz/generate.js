/**
 * @file Random values, as programs that build.js runs: plain data, which both sides can have, and of
 * which shrink.js makes smaller ones.
 */

/**
 * @typedef {['primitive', number]} Primitive an index into PRIMITIVES
 * @typedef {['object', [key: string, value: Program][], shape: number]} PlainObject
 * @typedef {['array', (Program | ['hole'])[], extra: [key: string, value: Program][]]} List
 * @typedef {['again', number]} Again a container that has been made before
 * @typedef {['getter', Program, action: number, of: number]} Getter a property that changes container
 *   `of` when it is read
 * @typedef {['proxy', Program, trap: number, action: number, of: number]} Trapped
 * @typedef {['builtIn', kind: number, prototype: number, Program]} BuiltIn
 * @typedef {Primitive | PlainObject | List | Again | Getter | Trapped | BuiltIn} Program
 */

const units = (/** @type {number} */ length, /** @type {string} */ text) =>
  text.repeat(Math.ceil(length / text.length)).slice(0, length);

/** @type {unknown[]} */
export const PRIMITIVES = [
  ...[undefined, null, true, false, 0, -0, 1, -1, 1.5, NaN, Infinity, 2 ** 31, -(2 ** 31), 2 ** 53],
  ...['', 'a', 'text', 'ünï', '🎈', '\ud800', 'a\udc00b', '\0', '__proto__'],
  ...[units(20, 'ab'), units(21, 'ab'), units(300, 'é'), units(1500, 'xyz'), units(900, '中')],
  ...[units(2100, '文'), units(4080, 'q'), units(4096, 'r'), units(70000, 's'), 0n, -(2n ** 70n)],
  ...[units(499, 'a'), units(501, 'ab'), `${units(600, 'ab')}\ud800`, `${units(600, 'ab')}é`],
  ...[units(10_000, 'abc'), `${units(65_535, 'd')}\x7f`, `${units(65_536, 'e')}🎈`],
];
/** Those that no clone takes. */
export const UNCLONEABLE = [() => {}, Symbol('s')];

export const KEYS = [
  ...[
    'a',
    'b',
    'c',
    'x',
    '0',
    '1',
    '2',
    '10',
    '-1',
    '1.5',
    '',
    'length',
    'constructor',
    '__proto__',
  ],
  ...['toString', 'valueOf', 'hasOwnProperty', 'value', 'get', 'set', 'writable', 'enumerable'],
  ...['type', 'name', 'message', 'stack', 'cause', 'errors', 'atelierError', 'ünï', '🎈', '\udfff'],
];

/** How build.js finishes a plain object. */
export const SHAPES = 6;
/** What it does to a container. */
export const ACTIONS = 7;
export const TRAPS = 6;
export const BUILT_INS = 34;
/** Which of them is a Blob. */
export const BLOB = 17;
/** Its own, Object.prototype, null. */
export const PROTOTYPES = 3;

const MAX_DEPTH = 5;

/**
 * @param {import('../chaos/random.js').Random} random
 * @returns {Program}
 */
export function generate(random) {
  let left = 1 + random.int(random.chance(0.1) ? 80 : 14);
  const small = () => random.int(8);

  /** @type {(depth: number) => [string, Program][]} */
  const properties = (depth) =>
    Array.from({ length: random.int(5) }, () => [random.pick(KEYS), make(depth, true)]);

  /** @type {(depth: number, isProperty?: boolean) => Program} */
  const make = (depth, isProperty = false) => {
    left -= 1;
    const dice = random.next();
    if (left <= 0 || depth >= MAX_DEPTH || dice < 0.3) {
      const many = PRIMITIVES.length + (random.chance(0.05) ? UNCLONEABLE.length : 0);
      return ['primitive', random.int(many)];
    }
    if (dice < 0.55) return ['object', properties(depth + 1), random.int(SHAPES * 3)];
    if (dice < 0.75) {
      const list = Array.from({ length: random.int(6) }, () =>
        random.chance(0.06) ? /** @type {['hole']} */ (['hole']) : make(depth + 1, true)
      );
      return ['array', list, random.chance(0.1) ? properties(depth + 1) : []];
    }
    if (dice < 0.82) return ['again', small()];
    if (dice < 0.87 && isProperty) {
      return ['getter', make(depth + 1), random.int(ACTIONS * 2), small()];
    }
    if (dice < 0.9) {
      return ['proxy', make(depth + 1), random.int(TRAPS), random.int(ACTIONS * 2), small()];
    }
    const inner = make(depth + 1);
    // Looking through what only looks like a plain object runs code in it that a clone does not.
    const keeps = random.chance(0.6) || /"getter"|"proxy"/.test(JSON.stringify(inner));
    const kind = random.int(BUILT_INS);
    // Node's own Blob is nothing without its prototype.
    return ['builtIn', kind, keeps || kind === BLOB ? 0 : random.int(PROTOTYPES), inner];
  };
  return make(0);
}

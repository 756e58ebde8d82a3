/**
 * @file Programs as data: some actors that run at the same time, each a list of statements. print.js
 * says what each kind looks like.
 */

/**
 * A call. `by` is the trace that it names (`by.with(task)`), if it names one.
 * @typedef {{ w: 'call', id: number, r: Side, method: 'now' | 'later', by?: string }} CallWork
 */

/** Which of the two runtimes. @typedef {0 | 1} Side */

/**
 * An expression of which a program awaits the value.
 * @typedef {CallWork
 *   | { w: 'failing', id: number, r: Side }
 *   | { w: 'trace', name: string, r: Side, sync: boolean, throws: boolean, body: Statement[] }
 *   | { w: 'run', trace: string, body: Statement[] }
 *   | { w: 'fn', body: Statement[] }
 *   | { w: 'all', how: 'all' | 'allSettled' | 'race' | 'any', parts: Work[] }
 *   | { w: 'then', how: 'then' | 'finally', first: Work, sync: boolean, body: Statement[] }
 *   | { w: 'wrapped', first: Work }
 *   | { w: 'pause', how: 'timer' | 'message' | 'event' | 'microtask' | 'null' }
 *   | { w: 'kept', slot: number, or?: CallWork }
 *   | { w: 'deferred', slot: number }
 *   | { w: 'memo', slot: number }
 * } Work
 */

/**
 * @typedef {{ do: 'await' | 'float' | 'try', work: Work }
 *   | { do: 'keep', slot: number, work: Work }
 *   | { do: 'resolve', slot: number }
 *   | { do: 'start' | 'using', name: string, r: Side, body: Statement[] }
 *   | { do: 'end', trace: string }
 *   | { do: 'runSync', trace: string, body: Statement[] }
 *   | { do: 'callback', when: 'microtask' | 'timer' | 'message', body: Statement[] }
 *   | { do: 'on', slot: number, body: Statement[] }
 *   | { do: 'emit', slot: number }
 *   | { do: 'loop', count: number, body: Statement[] }
 *   | { do: 'abort', id: number, r: Side, first?: Work }
 *   | { do: 'forAwait', id: number, r: Side, method: StreamMethod, leaves: boolean, body: Statement[] }
 *   | { do: 'read', id: number, r: Side, method: StreamMethod, ending: 'return' | 'throw', body: Statement[] }
 * } Statement
 */

/** @typedef {'items' | 'itemsLater'} StreamMethod */

/**
 * @typedef {object} Program
 * @property {boolean} ours whether its traces await one runtime's promises alone, and functions and
 *   combinators of them: then each call has to be in its trace for certain
 * @property {Statement[][]} actors
 * @property {Statement[][]} memos the bodies of functions that are called once, by whoever is first
 */

/** So many slots each program has for promises, deferreds and events. */
export const SLOTS = 3;

/**
 * @param {Program} program
 * @returns {boolean} whether it is what its `ours` says: a function that awaits nothing of ours is not
 */
export const isSound = (program) => !program.ours || awaitsOurs(program.actors);

/**
 * @param {any} part
 * @returns {boolean}
 */
function awaitsOurs(part) {
  if (part === null || typeof part !== 'object') return true;
  if ((part.w === 'fn' || part.w === 'run') && !isCall(part.body[0])) return false;
  return Object.values(part).every(awaitsOurs);
}

/** @param {Statement | undefined} statement */
const isCall = (statement) => statement?.do === 'await' && statement.work.w === 'call';

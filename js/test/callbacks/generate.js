/**
 * @file Makes programs of calls whose arguments have callbacks in them. A program is data: `play.js` says
 * what it does, in a worker and, as a reference, without one.
 */

/** @typedef {import('../chaos/random.js').Random} Random */

/**
 * What a value is made of. `of` is the number of a container that was begun before, in their order.
 * @typedef {{ is: 'number' | 'date' | 'bytes', n: number }
 *   | { is: 'callback', n: number }
 *   | { is: 'same', of: number }
 *   | { is: 'list' | 'object' | 'instance' | 'map' | 'set', parts: ValuePlan[] }} ValuePlan
 */

/**
 * What a callback does: gives its argument back, at once or later, throws, gives what cannot be cloned,
 * makes a call with a callback of its own, or never ends.
 * @typedef {'echo' | 'later' | 'throws' | 'rejects' | 'refused' | 'calls' | 'never'} CallbackPlan
 */

/**
 * What a handler does: calls its n-th callback with a value and waits, or does not; calls all at once; or
 * ends its worker, the first time that it runs.
 * @typedef {{ do: 'ask' | 'tell', n: number, value: ValuePlan }
 *   | { do: 'describe' } | { do: 'all' } | { do: 'pause' } | { do: 'crash' }} HandlerStep
 */

/**
 * @typedef {object} CallPlan
 * @property {ValuePlan} value
 * @property {CallbackPlan[]} callbacks by their numbers in the value
 * @property {HandlerStep[]} steps
 * @property {boolean} streams whether the handler is a generator, which yields what each step gives
 * @property {number} most of its items are taken
 * @property {boolean} traced
 * @property {{ after: number, of: 'turns' | 'callbacks' }} [cancel] after so many of them
 */

/**
 * @typedef {object} StagePlan
 * @property {number} poolSize
 * @property {number} maxInFlight
 * @property {'restart-fail-in-flight' | 'restart-requeue-in-flight'} crashPolicy
 *
 * @typedef {object} ProgramPlan
 * @property {CallPlan[]} calls made at the same time
 * @property {number} [disposeAfter] so many turns the task is disposed
 */

/** @param {Random} random @returns {StagePlan} */
export const makeStagePlan = (random) => ({
  poolSize: 1 + random.int(3),
  maxInFlight: 1 + random.int(6),
  crashPolicy: random.pick(['restart-fail-in-flight', 'restart-requeue-in-flight']),
});

/** @param {Random} random @returns {ProgramPlan} */
export function makeProgram(random) {
  const calls = Array.from({ length: 1 + random.int(5) }, () => makeCall(random));
  if (random.chance(0.06)) random.pick(calls).steps.push({ do: 'crash' });
  return { calls, ...(random.chance(0.03) && { disposeAfter: random.int(6) }) };
}

/** @param {Random} random @returns {CallPlan} */
function makeCall(random) {
  const parts = { count: 0, callbacks: 0 };
  const value = makeValue(random, parts, 0, true);
  const kinds = /** @type {const} */ ([
    ...['echo', 'echo', 'echo', 'later', 'later', 'later'],
    ...['throws', 'rejects', 'refused', 'calls', 'calls'],
  ]);
  /** @type {CallbackPlan[]} */
  const callbacks = Array.from({ length: parts.callbacks }, () => random.pick(kinds));
  const cancelled = random.chance(0.2);
  const hangs = cancelled && parts.callbacks > 0 && random.chance(0.5);
  if (hangs) callbacks[0] = 'never';
  return {
    value,
    callbacks,
    steps: Array.from({ length: random.int(7) }, () => makeStep(random, parts.callbacks)),
    streams: random.chance(0.25),
    most: random.chance(0.3) ? random.int(4) : Infinity,
    traced: random.chance(0.3),
    ...(cancelled && {
      cancel: { after: random.int(5), of: hangs ? 'turns' : random.pick(['turns', 'callbacks']) },
    }),
  };
}

/** @param {Random} random @param {number} callbacks @returns {HandlerStep} */
function makeStep(random, callbacks) {
  const luck = random.next();
  if (luck < 0.1) return { do: 'describe' };
  if (luck < 0.2) return { do: 'all' };
  if (luck < 0.3 || callbacks === 0) return { do: 'pause' };
  const value = makeValue(random, { count: 0, callbacks: 0 }, 1, false);
  return { do: luck < 0.45 ? 'tell' : 'ask', n: random.int(callbacks), value };
}

/**
 * @param {Random} random
 * @param {{ count: number, callbacks: number }} made containers and callbacks so far
 * @param {number} depth
 * @param {boolean} hasCallbacks
 * @returns {ValuePlan}
 */
function makeValue(random, made, depth, hasCallbacks) {
  const luck = random.next();
  if (depth > 0 && hasCallbacks && luck < 0.3) {
    if (made.callbacks > 0 && random.chance(0.3)) {
      return { is: 'callback', n: random.int(made.callbacks) };
    }
    return { is: 'callback', n: made.callbacks++ };
  }
  if (made.count > 0 && luck < 0.38) return { is: 'same', of: random.int(made.count) };
  if (depth > 4 || (depth > 0 && luck < 0.6)) {
    return { is: random.pick(['number', 'number', 'date', 'bytes']), n: random.int(100) };
  }
  made.count += 1;
  const parts = Array.from({ length: random.int(depth === 0 ? 7 : 4) });
  return {
    is: random.pick(['list', 'list', 'object', 'object', 'instance', 'map', 'set']),
    parts: parts.map(() => makeValue(random, made, depth + 1, hasCallbacks)),
  };
}

/** @file What a case is: data, made at random. */

/** @typedef {import('../chaos/random.js').Random} Random */

/**
 * @typedef {object} QueuePlan
 * @property {number} poolSize
 * @property {number} maxInFlight
 * @property {'block' | 'reject' | 'drop-latest' | 'drop-oldest'} queuePolicy
 * @property {number} maxQueueDepth
 */

/**
 * What is done while the queue fills. `way` is how a call gets to its worker: `small` ones through
 * shared memory, if there is any, `posted` ones by a message.
 * @typedef {{ do: 'call', id: number, way: 'small' | 'posted', priority: number }} CallEvent
 * @typedef {{ do: 'cancel', id: number }} CancelEvent
 * @typedef {{ do: 'tick', macrotask: boolean }} TickEvent
 * @typedef {{ do: 'stop' }} StopEvent
 * @typedef {CallEvent | CancelEvent | TickEvent | StopEvent} QueueEvent
 */

/**
 * @typedef {object} QueueCase
 * @property {QueuePlan} plan
 * @property {'busy' | 'idle' | 'starting'} workers what they are while the queue fills
 * @property {boolean} asyncGate whether what keeps them busy leaves them their event loops
 * @property {number} served calls before, as far as the eighth goes
 * @property {QueueEvent[]} events
 */

const POLICIES = /** @type {const} */ (['block', 'reject', 'drop-latest', 'drop-oldest']);
const SOME_PRIORITIES = [-1, 0, 0, 1];
const ODD_PRIORITIES = [-3.5, -0.1, 0, 0.1, 0.25, 2, 1e9];

/**
 * @param {Random} random
 * @param {number} number plans that follow one another have all policies in turn
 * @returns {QueuePlan}
 */
export function makePlan(random, number) {
  const poolSize = random.chance(0.6) ? 1 : 2 + random.int(2);
  const maxInFlight = poolSize > 1 && random.chance(0.3) ? poolSize + 1 : poolSize;
  const queuePolicy = POLICIES[number % POLICIES.length];
  const isBounded = random.chance(0.6) && !(queuePolicy === 'block' && poolSize > 1);
  const maxQueueDepth = isBounded ? 1 + random.int(12) : Infinity;
  return { poolSize, maxInFlight, queuePolicy, maxQueueDepth };
}

/**
 * @param {Random} random
 * @param {QueuePlan} plan
 * @returns {QueueCase}
 */
export function makeCase(random, plan) {
  const workers = makeWorkers(random, plan);
  const ways = random.pick([['small'], ['posted'], ['small', 'posted'], ['small', 'posted']]);
  const priorities = random.pick([[0], SOME_PRIORITIES, SOME_PRIORITIES, ODD_PRIORITIES]);
  const most = random.chance(0.03) ? 700 : random.pick([4, 10, 30]);
  const cancels = workers !== 'idle' && random.chance(0.4) ? 0.2 : 0;
  const ticks = random.pick([0, 0.1, 0.3]);
  /** @type {QueueEvent[]} */
  const events = [];
  let calls = 0;
  for (let n = 1 + random.int(most); calls < n;) {
    if (calls > 0 && random.chance(cancels)) {
      events.push({ do: 'cancel', id: random.int(calls) });
    } else if (random.chance(ticks)) {
      events.push({ do: 'tick', macrotask: random.chance(0.5) });
    } else {
      const way = /** @type {'small' | 'posted'} */ (random.pick(ways));
      events.push({ do: 'call', id: calls++, way, priority: random.pick(priorities) });
    }
  }
  if (random.chance(0.05)) events.splice(random.int(events.length + 1), 0, { do: 'stop' });
  const asyncGate = plan.maxInFlight > plan.poolSize || random.chance(0.5);
  return { plan, workers, asyncGate, served: random.int(8), events };
}

/**
 * Leaves out what is not certain: with several workers, what they take as calls come; and which of
 * the calls for a worker that is starting is the oldest pending one.
 * @param {Random} random
 * @param {QueuePlan} plan
 * @returns {QueueCase['workers']}
 */
function makeWorkers(random, { poolSize, maxQueueDepth, queuePolicy }) {
  if (maxQueueDepth !== Infinity) {
    return queuePolicy !== 'drop-oldest' && random.chance(0.05) ? 'starting' : 'busy';
  }
  if (random.chance(0.05)) return 'starting';
  return poolSize === 1 && random.chance(0.3) ? 'idle' : 'busy';
}

/**
 * The case with some events less.
 * @param {QueueCase} one
 * @param {number} size how many events are dropped at a time
 * @returns {Iterable<QueueCase>}
 */
export function* smallerCases(one, size) {
  const { events } = one;
  for (let at = events.length - size; at > -size; at -= size) {
    yield { ...one, events: events.filter((_, i) => i < at || i >= at + size) };
  }
}

/** @param {QueueCase} one */
export function show({ plan, workers, asyncGate, served, events }) {
  const head = { ...plan, maxQueueDepth: `${plan.maxQueueDepth}`, workers, asyncGate, served };
  return [JSON.stringify(head), ...events.map((event) => JSON.stringify(event))].join('\n');
}

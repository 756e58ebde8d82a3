import { QueueModel } from './model.js';

/** @typedef {import('./case.js').QueueCase} QueueCase */

/**
 * Compares what has happened with what the documentation says.
 * @param {QueueCase} one
 * @param {number[]} starts the ids of the calls that ran, in the order of their starts
 * @param {Map<number, string>} ends how each call has ended
 * @returns {string | undefined} what is wrong
 */
export function judge(one, starts, ends) {
  const { plan, workers, served, events } = one;
  const gates = workers === 'busy' ? plan.maxInFlight : 0;
  const model = new QueueModel(plan, { inFlight: gates, served: served + gates });
  const later = events.filter((event) => event.do === 'call' || event.do === 'cancel');
  const takeEvent = () => {
    const event = later.shift();
    if (event?.do === 'call') model.call(event.id, event.priority);
    else if (event?.do === 'cancel') model.cancel(event.id);
    return event !== undefined;
  };
  if (workers !== 'idle') while (takeEvent());
  // With several workers, so many calls at most are taken up and have not started yet.
  const ahead = plan.maxInFlight - 1;
  const wrong =
    ahead > 0 ? judgeSome(model, starts, ahead, gates) : judgeOne(model, starts, gates, takeEvent);
  return wrong ?? judgeEnds(model, starts, ends);
}

/**
 * One worker: each start is of the call whose turn it is. Which callers are accepted by then, and
 * for a worker that is idle at first, which calls are made, is up to the moment.
 * @param {QueueModel} model
 * @param {number[]} starts
 * @param {number} inFlight
 * @param {() => boolean} takeEvent
 */
function judgeOne(model, starts, inFlight, takeEvent) {
  for (const [k, id] of starts.entries()) {
    if (k > 0 || inFlight > 0) model.finish();
    const turns = [model.next];
    while (model.next !== id) {
      if (!model.admit() && !takeEvent()) {
        return `start ${k} is of ${id}, not ${turns.join(' or ')}; all: ${starts}`;
      }
      turns.push(model.next);
    }
    model.serve();
  }
  return model.isEmpty ? undefined : `${model.next} has not started`;
}

/**
 * @param {QueueModel} model
 * @param {number[]} starts
 * @param {number} ahead
 * @param {number} inFlight
 */
function judgeSome(model, starts, ahead, inFlight) {
  /** @type {(number | undefined)[]} */
  const order = [];
  for (; inFlight > 0; inFlight--) model.finish();
  while (!model.isEmpty) {
    order.push(model.next);
    model.serve();
    model.finish();
  }
  for (const [k, id] of starts.entries()) {
    const turn = order.indexOf(id);
    if (turn < 0) return `${id} has started`;
    if (turn > k + ahead) return `start ${k} is of ${id}, whose turn is ${turn}: ${order}`;
  }
  return starts.length < order.length ? `${starts.length} starts of ${order.length}` : undefined;
}

/**
 * @param {QueueModel} model
 * @param {number[]} starts
 * @param {Map<number, string>} ends
 */
function judgeEnds(model, starts, ends) {
  if (new Set(starts).size < starts.length) return `a call has started twice: ${starts}`;
  const ran = new Set(starts);
  for (const [id, end] of ends) {
    const expected = ran.has(id) ? 'ok' : model.ends.get(id);
    if (end !== expected) return `call ${id} ended with ${end}, not ${expected}`;
  }
  return undefined;
}

let count = 0;

/**
 * What is known of a call that is measured by hand.
 * @typedef {object} Span
 * @property {string} name
 * @property {string} spanId
 * @property {string} method
 */

/**
 * The first of a span's five calls, with the name and detail that ours has.
 * @param {string} method
 * @returns {Span}
 */
export function startByHand(method) {
  const spanId = (++count).toString(16).padStart(16, '0');
  const name = `atelier:span:${spanId}`;
  const detail = { spanId, taskId: 'noop', taskName: 'Noop', method };
  performance.mark(`${name}:start`, { detail });
  return { name, spanId, method };
}

/**
 * The other four.
 * @param {Span} span
 * @param {object} outcome what else is in the measure's detail
 */
export function endByHand({ name, spanId, method }, outcome) {
  const about = { spanId, taskId: 'noop', taskName: 'Noop', taskType: 'parallel', method };
  performance.mark(`${name}:end`);
  performance.measure(name, {
    start: `${name}:start`,
    end: `${name}:end`,
    detail: { ...about, queueWaitMs: 0, ...outcome },
  });
  performance.clearMarks(`${name}:start`);
  performance.clearMarks(`${name}:end`);
}

/**
 * The five calls of a span that ends at once, with the same names and detail as ours, as one would
 * write them by hand.
 * @param {any} reason why the call was cancelled
 */
export function handwritten(reason) {
  endByHand(startByHand('noop'), {
    attemptCount: 0,
    status: 'canceled',
    error: String(reason),
    errorName: reason.name,
  });
}

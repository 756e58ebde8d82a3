let count = 0;

/**
 * The five calls of a span that ends at once, with the same names and detail as ours, as one would
 * write them by hand.
 * @param {any} reason why the call was cancelled
 */
export function handwritten(reason) {
  const spanId = (++count).toString(16).padStart(16, '0');
  const name = `atelier:span:${spanId}`;
  const taskId = 'noop';
  const taskName = 'Noop';
  const method = 'noop';
  performance.mark(`${name}:start`, { detail: { spanId, taskId, taskName, method } });
  const queueWaitMs = 0;
  performance.mark(`${name}:end`);
  performance.measure(name, {
    start: `${name}:start`,
    end: `${name}:end`,
    detail: {
      spanId,
      taskId,
      taskName,
      taskType: 'parallel',
      method,
      queueWaitMs,
      attemptCount: 0,
      status: 'canceled',
      error: String(reason),
      errorName: reason.name,
    },
  });
  performance.clearMarks(`${name}:start`);
  performance.clearMarks(`${name}:end`);
}

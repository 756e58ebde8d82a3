import { isObject, wrong } from '../shared/check.js';
import { rootSpanId, traceIdOfCall } from './ids.js';

/**
 * Makes the W3C `traceparent` header for a request: `00-<trace id>-<span id>-01`. The server's spans
 * then become children of a call or a trace of Atelier. The header ends in `00` if a handler's call is
 * in a trace that is not sampled. The result is `undefined` for a call that has neither a span nor a
 * trace: send no header then.
 *
 * Specification: https://www.w3.org/TR/trace-context/#traceparent-header
 * @example
 * ```js
 * const load = withContext(async (ctx, url) => {
 *   const parent = traceparent(ctx);
 *   const response = await fetch(url, { headers: parent ? { traceparent: parent } : {} });
 *   return response.json();
 * });
 * ```
 * @param {{ id: string } | { spanId?: string, traceId?: string }} source in a handler, its context; on
 *   the main thread, a trace. A trace does not say whether it is sampled, so its header says that it is
 * @returns {string | undefined}
 * @throws {TypeError} when `source` is neither
 */
export function traceparent(source) {
  if (!isObject(source)) throw wrong(WHERE, 'source', source, "a trace or a handler's context");
  if ('id' in source) {
    checkId('source.id', source.id, 32);
    return format(source.id, rootSpanId(source.id), SAMPLED);
  }
  const { spanId, traceId } = source;
  if (spanId !== undefined) checkId('source.spanId', spanId, 16);
  if (traceId !== undefined) checkId('source.traceId', traceId, 32);
  if (spanId) return format(traceId ?? traceIdOfCall(spanId), spanId, SAMPLED);
  return traceId && format(traceId, rootSpanId(traceId), NOT_SAMPLED);
}

const WHERE = 'traceparent()';
const SAMPLED = '01';
const NOT_SAMPLED = '00';

/**
 * @param {string} traceId
 * @param {string} spanId
 * @param {string} flags
 */
const format = (traceId, spanId, flags) => `00-${traceId}-${spanId}-${flags}`;

/**
 * @param {string} what
 * @param {unknown} id
 * @param {number} digits
 */
function checkId(what, id, digits) {
  const valid = typeof id === 'string' && /^[0-9a-f]+$/.test(id) && /[^0]/.test(id);
  if (!valid || id.length !== digits) {
    throw wrong(WHERE, what, id, `${digits} lowercase hex digits that are not all zero`);
  }
}

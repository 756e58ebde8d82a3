import { byId, element } from '../ui/element.js';
import { formatMs } from '../ui/format.js';

/** @typedef {import('./feed.js').TraceRecord} TraceRecord */

const SHOWN = 24;

/**
 * Shows the latest traces, the newest first, to choose from.
 * @param {TraceRecord[]} traces the oldest first
 * @param {string} selectedId
 * @param {(id: string) => void} onSelect
 */
export function showTracePicker(traces, selectedId, onSelect) {
  const items = traces
    .map((trace, i) => traceItem(trace, i + 1, trace.id === selectedId, onSelect))
    .slice(-SHOWN)
    .reverse();
  const hadFocus = byId('trace-picker').contains(document.activeElement);
  byId('trace-picker').replaceChildren(
    element('fieldset', {}, element('legend', {}, 'Trace'), ...items)
  );
  if (hadFocus) {
    /** @type {HTMLInputElement} */ (byId('trace-picker').querySelector(':checked'))?.focus();
  }
}

/**
 * @param {TraceRecord} trace
 * @param {number} number
 * @param {boolean} checked
 * @param {(id: string) => void} onSelect
 */
function traceItem({ id, measure }, number, checked, onSelect) {
  const input = element('input', { type: 'radio', name: 'trace', value: id, checked });
  input.addEventListener('change', () => onSelect(id));
  const outcome = measure ? outcomeOf(measure) : 'running';
  return element(
    'label',
    { class: 'trace', 'data-outcome': outcome },
    input,
    element('span', { class: 'trace-number' }, `${number}`),
    outcome === 'ok' ? ` ${formatMs(measure.duration)}` : ` ${outcome}`
  );
}

/** @param {PerformanceMeasure} measure */
function outcomeOf({ detail: { status, error } }) {
  if (status === 'ok') return 'ok';
  return error?.startsWith('AbortError') ? 'canceled' : 'failed';
}

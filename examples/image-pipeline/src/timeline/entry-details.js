import { byId, element } from '../ui/element.js';
import { formatMs } from '../ui/format.js';
import { restOf } from './layout.js';

/** Of `detail`, what the phases above the list tell already. */
const isTime = (/** @type {string} */ key) => key.endsWith('Ms');

/**
 * Shows everything that an entry of the timeline says.
 * @param {PerformanceMeasure} entry
 * @param {number} origin the trace's start
 */
export function showEntry(entry, origin) {
  const { name, startTime, duration, detail } = entry;
  const isSpan = 'spanId' in detail;
  const title = isSpan
    ? `${detail.taskName ?? detail.taskId} · ${detail.method}`
    : (detail.traceName ?? 'Trace');
  byId('entry').replaceChildren(
    element('h3', {}, title),
    element('p', { class: 'entry-name' }, element('code', {}, name)),
    list([
      ['startTime', `+${formatMs(startTime - origin)}`],
      ['duration', formatMs(duration)],
    ]),
    element('h4', {}, element('code', {}, 'detail')),
    list(
      Object.entries(detail).map(([key, value]) => [
        key,
        isTime(key) ? formatMs(value) : String(value),
      ])
    ),
    ...(isSpan
      ? [element('p', { class: 'entry-rest' }, `Transport and rest: ${formatMs(restOf(entry))}`)]
      : [])
  );
  byId('entry').dataset.task = detail.taskId ?? '';
}

/** @param {[key: string, value: string][]} rows */
function list(rows) {
  return element(
    'dl',
    {},
    ...rows.map(([key, value]) =>
      element('div', {}, element('dt', {}, key), element('dd', {}, value))
    )
  );
}

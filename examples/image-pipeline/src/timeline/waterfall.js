import { byId, element } from '../ui/element.js';
import { formatMs } from '../ui/format.js';
import { entriesOf, layOut, phasesOf } from './layout.js';

/**
 * @typedef {import('./feed.js').TraceRecord} TraceRecord
 * @typedef {import('./layout.js').Layout} Layout
 */

const PHASES = { queue: 'Queue wait', execution: 'Execution', rest: 'Transport and rest' };

/**
 * Draws a trace: its own bar, then a row for each span.
 * @param {TraceRecord} trace
 * @returns {Map<string, PerformanceMeasure>} the entries that rows stand for, by name; a row has its
 *   entry's name in `data-entry`
 */
export function drawWaterfall(trace) {
  const layout = layOut(trace);
  const root = byId('waterfall');
  root.dataset.trace = trace.id;
  root.toggleAttribute('data-open', !trace.measure);
  root.replaceChildren(
    legend(),
    element(
      'div',
      { class: 'waterfall-chart' },
      axis(layout),
      trace.measure ? traceRow(trace.measure, layout) : openTraceRow(trace),
      ...layout.groups.flatMap((group) => [
        element('h3', { 'data-task': group.taskId }, group.label),
        ...group.spans.map((span) => spanRow(span, layout)),
      ])
    )
  );
  return new Map(entriesOf(trace).map((entry) => [entry.name, entry]));
}

function legend() {
  return element(
    'ul',
    { class: 'legend' },
    ...Object.entries(PHASES).map(([phase, label]) =>
      element('li', {}, element('span', { class: `bar bar-${phase}` }), label)
    )
  );
}

/** @param {Layout} layout */
function axis({ ticks, duration }) {
  const marks = ticks.map((ms) => {
    const label = ms === 0 ? '0 ms' : String(ms);
    const tick = element('span', { class: 'tick' }, element('span', {}, label));
    place(tick, ms / duration);
    return tick;
  });
  return element('div', { class: 'axis', 'aria-hidden': 'true' }, ...marks);
}

/**
 * @param {PerformanceMeasure} measure
 * @param {Layout} layout
 */
function traceRow({ name, startTime, duration, detail }, layout) {
  const bar = element('span', { class: 'bar bar-trace' });
  place(bar, (startTime - layout.origin) / layout.duration, duration / layout.duration);
  const title = detail.traceName ?? 'Trace';
  return row({
    name,
    status: detail.status,
    label: [element('b', {}, title)],
    bars: [bar],
    duration,
    description: `Trace ${title}, ${detail.spanCount} spans, ${formatMs(duration)}`,
  });
}

/** @param {TraceRecord} trace one that has no entry yet */
function openTraceRow({ name = 'Trace' }) {
  const bar = element('span', { class: 'bar bar-trace bar-rest' });
  place(bar, 0, 1);
  return element(
    'div',
    { class: 'row' },
    element('span', { class: 'row-label' }, element('b', {}, name)),
    element('span', { class: 'row-track' }, bar),
    element('span', { class: 'row-duration' }, 'running')
  );
}

/**
 * @param {PerformanceMeasure} span
 * @param {Layout} layout
 */
function spanRow(span, { origin, duration }) {
  const { taskId, taskName = taskId, method, workerIndex, status } = span.detail;
  const phases = phasesOf(span, origin);
  const bars = phases.map((phase) => {
    const bar = element('span', { class: `bar bar-${phase.name}` });
    place(bar, phase.start / duration, phase.duration / duration);
    return bar;
  });
  const worker = workerIndex === undefined ? '' : `worker ${workerIndex}`;
  const times = phases.map(({ name, duration: ms }) => `${PHASES[name]} ${formatMs(ms)}`);
  return row({
    name: span.name,
    taskId,
    status,
    label: [element('code', {}, method), element('span', { class: 'row-worker' }, worker)],
    bars,
    duration: span.duration,
    description: [`${taskName} ${method}`, worker, status, formatMs(span.duration), ...times]
      .filter(Boolean)
      .join(', '),
  });
}

/**
 * @param {object} parts
 * @param {string} parts.name
 * @param {string} [parts.taskId]
 * @param {string} parts.status
 * @param {Node[]} parts.label
 * @param {HTMLElement[]} parts.bars
 * @param {number} parts.duration
 * @param {string} parts.description
 */
function row({ name, taskId, status, label, bars, duration, description }) {
  return element(
    'button',
    {
      type: 'button',
      class: 'row',
      'data-entry': name,
      'data-task': taskId,
      'data-status': status,
      'aria-label': description,
    },
    element('span', { class: 'row-label' }, ...label),
    element('span', { class: 'row-track' }, ...bars),
    element('span', { class: 'row-duration' }, status === 'ok' ? formatMs(duration) : status)
  );
}

/**
 * @param {HTMLElement} bar
 * @param {number} start 0 to 1, as is `length`
 * @param {number} [length]
 */
function place(bar, start, length) {
  bar.style.left = `${100 * start}%`;
  if (length !== undefined) bar.style.width = `${100 * length}%`;
}

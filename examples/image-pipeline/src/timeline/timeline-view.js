import { byId } from '../ui/element.js';
import { formatMs } from '../ui/format.js';
import { showEntry } from './entry-details.js';
import { observeTimeline } from './feed.js';
import { entriesOf, originOf } from './layout.js';
import { showStatistics, statisticsOf } from './statistics.js';
import { showTracePicker } from './trace-picker.js';
import { drawWaterfall } from './waterfall.js';

/**
 * @typedef {import('./feed.js').TraceRecord} TraceRecord
 */

/** @type {TraceRecord[]} */
let traces = [];
/** @type {TraceRecord | undefined} */
let selected;
/** What the waterfall shows, to leave it alone as long as that is the same. */
let drawn = '';
/** @type {Map<string, PerformanceMeasure>} */
let entries = new Map();
/** The entry whose details are shown when none is pointed at. */
let pinned = '';

/** Shows the performance timeline, and keeps up with it: the newest trace unless one is chosen. */
export function showTimeline() {
  observeTimeline((feed) => {
    if (feed.traces.length > traces.length) selected = feed.traces.at(-1);
    ({ traces } = feed);
    showStatistics(statisticsOf(feed.spans));
    render();
  });

  const waterfall = byId('waterfall');
  for (const type of ['pointerover', 'focusin']) {
    waterfall.addEventListener(type, (event) => show(entryNameAt(event) ?? pinned));
  }
  for (const type of ['pointerleave', 'focusout']) {
    waterfall.addEventListener(type, () => show(pinned));
  }
  waterfall.addEventListener('click', (event) => {
    const name = entryNameAt(event);
    if (name) pin(name);
  });
}

function render() {
  if (!selected) return;
  showTracePicker(traces, selected.id, select);
  const state = `${selected.id} ${entriesOf(selected).length}`;
  if (state === drawn) return;
  drawn = state;
  entries = drawWaterfall(selected);
  byId('timeline-summary').textContent = summaryOf(selected);
  const [first] = entries.keys();
  pin(first);
}

/** @param {string} id */
function select(id) {
  selected = traces.find((trace) => trace.id === id);
  render();
}

/** @param {TraceRecord} trace */
function summaryOf({ measure, spans }) {
  const taken = spans.filter(({ detail }) => detail.workerIndex !== undefined);
  const workers = new Set(taken.map(({ detail }) => `${detail.taskId} ${detail.workerIndex}`));
  const calls = `${count(spans.length, 'call')} on ${count(workers.size, 'worker')}`;
  return measure ? `${formatMs(measure.duration)}, ${calls}` : `${calls} so far`;
}

/**
 * @param {number} amount
 * @param {string} noun
 */
function count(amount, noun) {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

/** @param {string} name */
function pin(name) {
  pinned = name;
  for (const row of byId('waterfall').querySelectorAll('[data-entry]')) {
    row.setAttribute('aria-pressed', String(row.getAttribute('data-entry') === name));
  }
  show(name);
}

/** @param {string} name */
function show(name) {
  const entry = entries.get(name);
  if (entry) showEntry(entry, originOf(selected));
}

/** @param {Event} event */
function entryNameAt({ target }) {
  const row = /** @type {HTMLElement} */ (target).closest('[data-entry]');
  return row?.getAttribute('data-entry');
}

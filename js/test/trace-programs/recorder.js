/** @file Notes what of the timeline is made, and when: an observer hears of it much later. */

/**
 * A trace, as its text has it and as the timeline does.
 * @typedef {object} TraceRecord
 * @property {string} id
 * @property {string} name of the second runtime if it is in small letters
 * @property {TraceRecord | undefined} around the trace around its text
 * @property {boolean} isKnown whether the program has said so
 * @property {boolean} isSampled
 * @property {boolean} isOpen
 * @property {string | undefined} parentId as its start mark says
 * @property {string} parentVerdict
 * @property {number} spans that the timeline counts to it
 * @property {PerformanceMeasureOptions | undefined} measure
 */

/**
 * A call of a program.
 * @typedef {object} CallRecord
 * @property {number} id
 * @property {TraceRecord | undefined} around the trace around its text
 * @property {Set<TraceRecord>} expected those that it may be in for certain; none if there is none
 * @property {TraceRecord | undefined} sole the innermost one, if only one is open with those nested in it
 * @property {boolean} isSoleKnown false if that is not certain, because a trace is not sampled
 * @property {string} spanId empty without a mark
 * @property {string | undefined} traceId
 * @property {boolean} hadEnded whether the trace that the timeline has it in had ended
 * @property {any} detail of its measure
 */

/** @param {TraceRecord} trace */
const isOfSecond = ({ name }) => name === name.toLowerCase();

/** What is noted of one program at a time. */
export class Recorder {
  #mark = performance.mark;
  #measure = performance.measure;
  /** @type {{ spanId: string, detail: any } | undefined} the newest start mark */
  #newest;
  /** @type {Map<string, TraceRecord>} */
  traces = new Map();
  /** @type {CallRecord[]} */
  calls = [];
  /** @type {Map<string, CallRecord>} */
  #bySpan = new Map();
  /** What is wrong with the timeline besides. @type {string[]} */
  faults = [];

  /** Notes from now on, and forgets what was before. */
  start() {
    this.traces = new Map();
    this.calls = [];
    this.#bySpan = new Map();
    this.faults = [];
    const note = (/** @type {() => void} */ fn) => {
      try {
        fn();
      } catch (error) {
        this.faults.push(`${error}`);
      }
    };
    const { performance } = globalThis;
    performance.mark = (/** @type {string} */ name, /** @type {any} */ options) => {
      note(() => this.#marked(name, options));
      return this.#mark.call(performance, name, options);
    };
    performance.measure = (/** @type {string} */ name, /** @type {any} */ options) => {
      note(() => this.#measured(name, options));
      return this.#measure.call(performance, name, options);
    };
  }

  end() {
    Reflect.deleteProperty(performance, 'mark'); // there is the platform's own
    Reflect.deleteProperty(performance, 'measure');
  }

  /**
   * @param {string} name
   * @param {any} options
   */
  #marked(name, options) {
    if (!name.endsWith(':start')) return;
    const { detail } = options;
    if (name.startsWith('atelier:span:')) {
      this.#newest = { spanId: detail.spanId, detail };
    } else if (name.startsWith('atelier:trace:')) {
      const trace = this.#trace(detail.traceId, detail.traceName);
      trace.isSampled = true;
      trace.parentId = detail.parentTraceId;
    }
  }

  /**
   * @param {string} name
   * @param {any} options
   */
  #measured(name, options) {
    const { detail } = options;
    if (name.startsWith('atelier:span:')) {
      const call = this.#bySpan.get(detail.spanId);
      if (!call) {
        this.faults.push(`a measure of no call: ${JSON.stringify(detail)}`);
        return;
      }
      call.detail = detail;
      const trace = this.traces.get(detail.traceId);
      const inTime = trace?.measure && Number(options.end) < Number(trace.measure.end) - CLOCK_MS;
      if (inTime) this.faults.push(`call ${call.id} has its measure after that of ${trace.name}`);
    } else if (name.startsWith('atelier:trace:')) {
      const trace = this.traces.get(detail.traceId);
      if (!trace) {
        this.faults.push(`a measure of no trace: ${JSON.stringify(detail)}`);
        return;
      }
      trace.isOpen = false;
      trace.measure = options;
    }
  }

  /**
   * @param {string} id
   * @param {string} name
   * @returns {TraceRecord}
   */
  #trace(id, name) {
    let trace = this.traces.get(id);
    if (!trace) {
      trace = {
        id,
        name,
        around: undefined,
        isKnown: false,
        isSampled: false,
        isOpen: true,
        parentId: undefined,
        parentVerdict: '',
        spans: 0,
        measure: undefined,
      };
      this.traces.set(id, trace);
    }
    return trace;
  }

  /**
   * Takes in where the text of a trace that has just begun stands.
   * @param {{ id: string, name?: string }} handle
   * @param {{ id: string } | undefined} around
   */
  begin({ id, name = '' }, around) {
    const trace = this.#trace(id, name);
    trace.isKnown = true;
    trace.around = around && this.traces.get(around.id);
    if (!trace.isSampled) return;
    const expected = nearestOpen(trace.around);
    if (expected?.isSampled === false) return;
    if (trace.parentId === expected?.id) trace.parentVerdict = 'right';
    else trace.parentVerdict = trace.parentId === undefined ? 'absent' : 'wrong';
  }

  /**
   * Makes a call, and notes it.
   * @template R
   * @param {number} id
   * @param {{ id: string } | undefined} around
   * @param {() => R} make
   * @param {boolean} [isNamed] whether it names its trace, which may have ended
   * @returns {R}
   */
  call(id, around, make, isNamed = false) {
    this.#newest = undefined;
    const before = [...this.traces.values()].filter(({ isOpen }) => isOpen);
    const trace = around && this.traces.get(around.id);
    const expected = new Set([isNamed ? trace : nearestOpen(trace)].flatMap((one) => one ?? []));
    const result = make();
    const newest = /** @type {{ spanId: string, detail: any } | undefined} */ (this.#newest);
    const traceId = newest?.detail.traceId;
    const isOfRuntime = (/** @type {TraceRecord} */ one) =>
      isOfSecond(one) === newest?.detail.taskId.endsWith('2');
    const found = this.traces.get(traceId);
    const open = before.filter(isOfRuntime);
    /** @type {CallRecord} */
    const record = {
      id,
      around: trace,
      expected,
      sole: soleOf(open),
      isSoleKnown: open.every(({ isSampled }) => isSampled),
      spanId: newest?.spanId ?? '',
      traceId,
      hadEnded: !isNamed && found !== undefined && !before.includes(found),
      detail: undefined,
    };
    if (found && before.includes(found)) found.spans += 1;
    this.calls.push(record);
    if (newest) this.#bySpan.set(newest.spanId, record);
    return result;
  }
}

/** How exact the clocks of the timeline are, in ms: the coarsest browser's. */
const CLOCK_MS = 1.1;

/**
 * @param {TraceRecord | undefined} trace
 * @returns {TraceRecord | undefined}
 */
function nearestOpen(trace) {
  let open = trace;
  while (open && !open.isOpen) open = open.around;
  return open;
}

/**
 * @param {TraceRecord[]} open those that are
 * @returns {TraceRecord | undefined} the innermost, if each is in the other
 */
function soleOf(open) {
  const depth = (/** @type {TraceRecord | undefined} */ trace) => {
    let count = 0;
    for (let one = trace; one; one = one.around) count += 1;
    return count;
  };
  const sorted = open.toSorted((a, b) => depth(a) - depth(b));
  const isInside = (/** @type {TraceRecord} */ inner, /** @type {TraceRecord} */ outer) => {
    let one = inner.around;
    while (one && one !== outer) one = one.around;
    return one !== undefined;
  };
  const isChain = sorted.every((trace, i) => i === 0 || isInside(trace, sorted[i - 1]));
  return isChain ? sorted.at(-1) : undefined;
}

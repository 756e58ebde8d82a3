/** Collects our entries as an observer sees them. */
export class Entries {
  /** How many start marks of spans there were. */
  starts = 0;
  /** @type {Map<string, PerformanceEntry[]>} the measures by their names */
  measures = new Map();
  #observer = new PerformanceObserver((list) => this.#take(list.getEntries()));
  #mark = performance.mark;
  /** @type {any} */
  #lastStart;

  constructor() {
    this.#observer.observe({ entryTypes: ['mark', 'measure'] });
    // The order of entries that start at the same time, as its clock tells, is up to the engine.
    performance.mark = (name, options) => {
      if (isStart(name)) this.#lastStart = options?.detail;
      return this.#mark.call(performance, name, options);
    };
  }

  /** @returns {any} the detail of the start mark of the call that has just been made */
  takeStart() {
    const start = this.#lastStart;
    this.#lastStart = undefined;
    return start;
  }

  end() {
    Reflect.deleteProperty(performance, 'mark'); // there is the platform's own
    this.#take(this.#observer.takeRecords());
    this.#observer.disconnect();
  }

  /** @param {PerformanceEntry[]} entries */
  #take(entries) {
    for (const entry of entries) {
      const { name, entryType } = entry;
      if (!name.startsWith('atelier:')) continue;
      if (entryType === 'measure') {
        this.measures.set(name, [...(this.measures.get(name) ?? []), entry]);
      } else if (isStart(name)) {
        this.starts += 1;
      }
    }
  }
}

/** @param {string} name */
function isStart(name) {
  return name.startsWith('atelier:span:') && name.endsWith(':start');
}

/** Collects our entries as an observer sees them. */
export class Entries {
  /** @type {any[]} the details of the spans' start marks, in the order in which calls were made */
  starts = [];
  /** @type {Map<string, PerformanceEntry[]>} the measures by their names */
  measures = new Map();
  #observer = new PerformanceObserver((list) => this.#take(list.getEntries()));

  constructor() {
    this.#observer.observe({ entryTypes: ['mark', 'measure'] });
  }

  end() {
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
      } else if (name.startsWith('atelier:span:') && name.endsWith(':start')) {
        this.starts.push(/** @type {any} */ (entry).detail);
      }
    }
  }
}

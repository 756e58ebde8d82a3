/**
 * @file Many traces at once, in Node and in browsers: every dispatch says which trace it was made
 * in, and whether only our promises were awaited on the way to it.
 */

/**
 * @typedef {object} Report
 * @property {number} right spans in the trace that they were dispatched in
 * @property {number} absent in none, after something that is not ours was awaited
 * @property {number} missing in none, though only our promises were awaited
 * @property {number} wrong in another trace
 */

/** @param {number} seed */
function makeRandom(seed) {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

/**
 * @param {any} runtime
 * @param {any} task has a handler `context`
 * @param {{ traces: number, steps: number, seed: number, other: () => Promise<unknown> }} options
 *   `other` awaits something that is not ours
 * @returns {Promise<Report>}
 */
export async function runTraces(runtime, task, { traces, steps, seed, other }) {
  const random = makeRandom(seed);
  const report = { right: 0, absent: 0, missing: 0, wrong: 0 };
  const timer = () => new Promise((resolve) => setTimeout(resolve, random() * 5));
  /** @type {Promise<unknown>} one of ours that several traces await */
  let shared = task.context();
  /** @type {Promise<unknown>[]} */
  const calls = [];

  /**
   * One dispatch. `path.ours` is whether the running code got here by our promises alone.
   * @typedef {{ id: string, ours: boolean }} Path
   * @param {Path} path
   */
  const call = (path) => {
    const { id, ours } = path;
    const called = task.context();
    calls.push(
      called.then((/** @type {any} */ { traceId }) => {
        if (traceId === id) report.right += 1;
        else if (traceId !== undefined) report.wrong += 1;
        else if (ours) report.missing += 1;
        else report.absent += 1;
      })
    );
    return called;
  };

  /** @type {((path: Path, depth: number) => Promise<unknown>)[]} */
  const kinds = [
    (path) => call(path),
    (path) => Promise.all([call(path), call(path), call(path)]),
    (path) => Promise.allSettled([call(path), task.fail()]),
    (path) => Promise.any([task.fail(), call(path)]),
    (path) => Promise.race([call(path), call(path)]),
    (path) =>
      call(path)
        .then(() => call(path))
        .then(() => call(path)),
    (path) => call(path).finally(() => call(path)),
    async (path) => {
      const helper = async () => {
        await call(path);
        return call(path);
      };
      return (async () => Promise.all([helper(), helper()]))();
    },
    async (path) => {
      /** @type {(left: number) => Promise<unknown>} */
      const deep = async (left) => (left ? await deep(left - 1) : call(path));
      await deep(15);
    },
    async (path, depth) => {
      if (depth > 2) return call(path);
      return runtime.trace('inner', (/** @type {any} */ trace) =>
        flow({ id: trace.id, ours: true }, 3, depth + 1)
      );
    },
    () =>
      runtime.trace('inner', async (/** @type {any} */ trace) => {
        await null;
        await call({ id: trace.id, ours: false });
      }),
    async (path) => {
      if (random() < 0.3) shared = task.context();
      await shared;
      await call(path);
    },
    async (path) => {
      await (random() < 0.5 ? timer() : other());
      path.ours = false;
    },
  ];

  /**
   * @param {Path} path
   * @param {number} length
   * @param {number} depth
   */
  const flow = async (path, length, depth) => {
    for (let step = 0; step < length; step++) {
      const kind = kinds[Math.floor(random() * kinds.length)];
      await kind(path, depth);
      await call(path);
    }
  };

  await Promise.all(
    Array.from({ length: traces }, (_, i) =>
      runtime.trace(`t${i}`, (/** @type {any} */ trace) =>
        flow({ id: trace.id, ours: true }, steps, 0)
      )
    )
  );
  await Promise.all(calls);
  return report;
}

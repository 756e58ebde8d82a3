/** @file Programs that were once in a wrong trace, one for each cause. For Node and browsers alike. */
import { Stage } from './stage.js';

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {number[]} certain calls that have to be in their own trace; others may be in none
 * @property {string} text
 */

/** @type {Row[]} */
export const ROWS = [
  {
    name: 'one trace after another has no parent',
    certain: [1],
    text: `
for (let i = 0; i < 3; i++) {
  await runtime.trace('A', async (A) => {
    enter(A, none);
    await call(1, A, () => task.now());
  });
}`,
  },
  {
    name: 'what follows a trace is in none',
    certain: [1, 2],
    text: `
await runtime.trace('A', async (A) => {
  enter(A, none);
  await call(1, A, () => task.now());
});
await call(2, none, () => task.now());`,
  },
  {
    name: 'what was in the only open trace is in none when another has begun',
    certain: [2],
    text: `
const A = started(runtime.startTrace('A'), none);
await call(1, none, () => task.now());
const B = started(runtime.startTrace('B'), none);
await call(2, none, () => task.now());`,
  },
  {
    name: 'a trace outside of the only open one has no parent',
    certain: [],
    text: `
const A = started(runtime.startTrace('A'), none);
await call(1, none, () => task.now());
await runtime.trace('P', async (P) => {
  enter(P, none);
  await call(2, P, () => task.now());
});`,
  },
  {
    name: 'what follows the end of a trace is in none',
    certain: [2],
    text: `
const M = started(runtime.startTrace('M'), none);
await call(1, none, () => task.now());
M.end();
await call(2, none, () => task.now());`,
  },
  {
    name: 'what follows run() in another trace is in that one',
    certain: [1, 2],
    text: `
const M = started(runtime.startTrace('M'), none);
await runtime.trace('A', async (A) => {
  enter(A, none);
  await M.run(async () => {
    await call(1, M, () => task.now());
  });
  await call(2, A, () => task.now());
});`,
  },
  {
    name: 'a promise that another trace resolves does not lead into that',
    certain: [1, 2],
    text: `
await Promise.all([
  runtime.trace('A', async (A) => {
    enter(A, none);
    await call(1, A, () => task.now());
    deferred[0].resolve();
    await call(2, A, () => task.now());
  }),
  runtime.trace('B', async (B) => {
    enter(B, none);
    await deferred[0].promise;
    await call(3, B, () => task.now());
  }),
]);`,
  },
  {
    name: 'a memoised function does not lead into the trace that was first',
    certain: [1],
    text: `
const memo0 = once(async (T) => {
  await call(1, T, () => task.now());
});
await Promise.all([
  runtime.trace('A', async (A) => {
    enter(A, none);
    await memo0(A);
    await call(2, A, () => task.now());
  }),
  runtime.trace('B', async (B) => {
    enter(B, none);
    await memo0(B);
    await call(3, B, () => task.now());
  }),
]);`,
  },
  {
    name: 'a trace that an async function leaves open does not hide the one around it from others',
    certain: [1, 3],
    text: `
const O = started(runtime.startTrace('O'), none);
await runtime.trace('A', async (A) => {
  enter(A, none);
  await (async () => {
    await call(1, A, () => task.now());
    kept[0] = runtime.trace('C', async (C) => {
      enter(C, A);
      await call(2, C, () => task.later(2));
    });
  })();
  await call(3, A, () => task.now());
});`,
  },
  {
    name: 'a trace that an async function leaves open is not the one of its caller',
    certain: [1, 3],
    text: `
await runtime.trace('A', async (A) => {
  enter(A, none);
  await (async () => {
    await call(1, A, () => task.now());
    kept[0] = runtime.trace('C', async (C) => {
      enter(C, A);
      await call(2, C, () => task.later(2));
    });
  })();
  await call(3, A, () => task.now());
});`,
  },
  {
    name: 'a trace that a loop over a stream leaves open is not the one of what follows',
    certain: [1, 3],
    text: `
await runtime.trace('A', async (A) => {
  enter(A, none);
  for await (const x of call(1, A, () => task.itemsLater(3))) {
    x;
    kept[0] = runtime.trace('C', async (C) => {
      enter(C, A);
      await call(2, C, () => task.later(2));
    });
    break;
  }
  await call(3, A, () => task.now());
});`,
  },
];

/**
 * @param {{ createTaskRuntime: import('./stage.js').CreateTaskRuntime, makeWorker: () => any }} platform
 * @param {Row[]} rows
 * @returns {Promise<string[]>} of each row that fails its name and its text, with what is wrong
 */
export async function runRows(platform, rows) {
  const stage = await Stage.make(platform, 1);
  const failures = [];
  for (const { name, certain, text } of rows) {
    const outcome = await stage.run(text.trim());
    const isUncertain = outcome.calls.some((call) => call.isUncertain && certain.includes(call.id));
    if (isUncertain) failures.push(`${name}: a call is not in it for certain\n${outcome.text}`);
    else if (outcome.kinds.length > 0) {
      failures.push(`${name}: ${outcome.kinds.join(', ')}\n${outcome.text}`);
    }
  }
  await stage.end();
  return failures;
}

/** @file A task is an ordinary object to everybody else: only calling its methods calls anything. */
import { inspect, isDeepStrictEqual } from 'node:util';

import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { isDraftable, produce } from 'immer';
import { observable, toJS } from 'mobx';
// @ts-ignore: untyped; in Node the entry is the server's, which has no stores
import { createStore, unwrap } from 'solid-js/store/dist/store.js';
import { compileModule } from 'svelte/compiler';
// @ts-ignore: untyped, what compiled code imports
import * as svelte from 'svelte/internal/client';
import { proxy, snapshot } from 'valtio/vanilla';
import { isReactive, isRef, markRaw, reactive, readonly, ref, toRaw, unref, watch } from 'vue';

import { disposeAll, makeTask, rejection } from './support.js';

/** @type {{ task: any, runtime: import('atelier-wasm').TaskRuntime }} */
let made;
/** @type {any} */
let task;
/** How many calls the tests have made on purpose. */
let calls = 0;
beforeAll(async () => {
  made = await makeTask({ poolSize: 1, taskId: 'resize' });
  task = made.task;
});
afterAll(async () => {
  const { totalDispatched } = task.getState();
  await disposeAll();
  expect(totalDispatched).toBe(calls);
});

/** Expects a task to have kept its methods. */
async function works(/** @type {any} */ kept) {
  calls += 3;
  expect(await kept.add(1, 2)).toBe(3);
  expect(await kept.with({ priority: 1 }).add(2, 2)).toBe(4);
  expect(kept.getState().type).toBe('parallel');
  const inTrace = await made.runtime.trace((trace) =>
    /** @type {any} */ (trace.with(kept)).context()
  );
  expect(inTrace.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(Object.keys(kept)).toContain('dispose');
}

/** Compiles what uses Svelte's runes. */
const compiled = (/** @type {string} */ source) => {
  const { code } = compileModule(source, { generate: 'client' }).js;
  const body = code.replace(/^import .*$/gm, '');
  return new Function('$', `${body}; return run;`)(svelte);
};

test('text and comparisons call nothing', () => {
  expect(`${task}`).toBe('[object Task]');
  expect(task + '').toBe('[object Task]');
  expect(Number(task)).toBeNaN();
  expect(task == 'x').toBe(false);
  expect(task < 5).toBe(false);
  expect(JSON.stringify({ task })).toBe('{"task":{}}');
  expect(task.toLocaleString()).toBe('[object Task]');
  expect(task.valueOf()).toBe(task);
  // eslint-disable-next-line no-prototype-builtins
  expect(task.hasOwnProperty('add')).toBe(false);
  expect([...Object.keys(task)].sort()).toEqual(
    ['dispose', 'getState', 'startWorkers', 'stopWorkers', 'with'].sort()
  );
});

test('logging calls nothing', () => {
  for (const options of [{}, { showHidden: true, showProxy: true, getters: true }]) {
    expect(inspect({ task }, { depth: 9, ...options })).toMatch(/\bTask\b.* \{/);
  }
});

test("Jest's and Node's comparisons call nothing, and tell tasks apart", () => {
  const other = task.with({ priority: 1 });
  expect(task).toEqual(task);
  expect({ task }).toMatchObject({ task });
  expect({ task }).not.toEqual({ task: other });
  expect([task]).toContainEqual(task);
  expect(() => expect({ task }).toEqual({ task: other })).toThrow('startWorkers');
  expect(() => expect(task).toBe(5)).toThrow('startWorkers');
  expect(() => expect([task]).toContain(other)).toThrow('startWorkers');
  expect(isDeepStrictEqual(task, other)).toBe(false);
});

test('a task is no promise, and what a promise resolves to', async () => {
  expect(await task).toBe(task);
  expect(await Promise.resolve({ task })).toEqual({ task });
});

test('a task cannot be cloned', () => {
  expect(() => structuredClone(task)).toThrow(expect.objectContaining({ name: 'DataCloneError' }));
});

test('Vue leaves a task as it is', async () => {
  const state = reactive({ task, list: [task] });
  expect(state.task).toBe(task);
  expect(toRaw(state.list[0])).toBe(task);
  expect(toRaw(task)).toBe(task);
  expect(markRaw(task)).toBe(task);
  expect(ref(task).value).toBe(task);
  expect(unref(task)).toBe(task);
  expect(readonly({ task }).task).toBe(task);
  expect([isRef(task), isReactive(task)]).toEqual([false, false]);
  watch(state, () => {}, { deep: true })();
  await works(toRaw(state.task));
});

test('Svelte leaves a task as it is', async () => {
  // A snapshot warns of what it cannot clone, in development, and keeps it.
  const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
  const run = compiled(`function run(task) {
    const state = $state({ task, list: [task] });
    return { state, snapshot: $state.snapshot(state) };
  }`);
  const { state, snapshot } = run(task);
  warn.mockRestore();
  expect(state.task).toBe(task);
  expect(state.list[0]).toBe(task);
  expect(snapshot.task).toBe(task);
  await works(state.task);
});

test('MobX leaves a task as it is', async () => {
  const state = observable({ task, map: new Map([['task', task]]) });
  expect(state.task).toBe(task);
  expect(toJS(state).task).toBe(task);
  expect(observable.box(task).get()).toBe(task);
  await works(state.map.get('task'));
});

test('Immer leaves a task as it is', async () => {
  expect(isDraftable(task)).toBe(false);
  const next = produce({ task, count: 1 }, (draft) => {
    draft.count = draft.task.getState().poolSize + 1;
  });
  expect(next).toEqual({ task, count: 2 });
  await works(next.task);
});

test('Solid leaves a task as it is', async () => {
  const [state, setState] = createStore({ task, more: /** @type {any} */ (undefined) });
  setState('more', { task });
  setState('task', task);
  expect(state.task).toBe(task);
  expect(unwrap(state).more.task).toBe(task);
  await works(state.more.task);
});

test("Valtio's proxies and snapshots of a task are tasks", async () => {
  const state = proxy({ task });
  await works(state.task);
  await works(snapshot(state).task);
});

test.each(
  /** @type {[string, () => any, () => any][]} */ ([
    ['Vue', () => reactive({ width: 1 }), () => toRaw(reactive({ width: 1 }))],
    [
      'Svelte',
      compiled('function run() { const state = $state({ width: 1 }); return state; }'),
      compiled('function run() { const s = $state({ width: 1 }); return $state.snapshot(s); }'),
    ],
  ])
)('a reactive argument of %s is told, with the remedy', async (_, make, remedy) => {
  calls += 2;
  const error = await rejection(task.echo(1, make()));
  expect(error.name).toBe('DataCloneError');
  expect(error.message).toContain("Argument 2 of echo() of task 'resize' cannot be cloned");
  expect(error.message).toContain('in Vue toRaw(it), in Svelte $state.snapshot(it)');
  expect(await task.echo(remedy())).toEqual({ width: 1 });
});

test('a trace, a runtime and its keys work in Vue state', async () => {
  const { runtime } = made;
  const state = reactive({ runtime, trace: runtime.startTrace('checkout') });
  expect(isReactive(state.trace)).toBe(false);
  calls += 1;
  expect(await state.trace.run(() => task.add(1, 1))).toBe(2);
  state.trace.end();
  const signal = state.runtime.abortTaskController.signalFor('key');
  state.runtime.abortTaskController.abort('key');
  expect(signal.aborted).toBe(true);
});

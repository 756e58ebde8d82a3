import { expect, test } from './fixtures.js';

test('document.all is refused as structuredClone refuses it', async ({ app }) => {
  const errors = await app.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime();
    const task = runtime.defineTask({ type: 'singleton', worker: workers.handlers });
    const calling = runtime.defineTask({ type: 'singleton', worker: workers.callbacks });
    const { all } = document;
    const refused = [
      await rejection(new Promise((resolve) => resolve(structuredClone(all)))),
      await rejection(task.echo(all)),
      await rejection(task.echo({ nested: [all] })),
      await rejection(task.echo(1, all, new ArrayBuffer(8))),
      await rejection(calling.call(atelier.callback(() => all))),
    ];
    const controller = new AbortController();
    const call = task.with({ signal: controller.signal }).heed();
    controller.abort(all);
    const isReason = await call.catch(
      (/** @type {unknown} */ reason) => reason === controller.signal.reason
    );
    const sum = await task.add(1, 2);
    await runtime.dispose();
    return { names: refused.map(({ name }) => name), isReason, sum };
  });
  expect(errors).toEqual({ names: Array(5).fill('DataCloneError'), isReason: true, sum: 3 });
});

for (const name of /** @type {const} */ (['QuotaExceededError', 'SuppressedError'])) {
  test(`${name}, where the engine has the class, keeps what it has`, async ({ app }) => {
    const seen = await app.evaluate(async (name) => {
      const Class = /** @type {any} */ (globalThis)[name];
      if (typeof Class !== 'function' || !('prototype' in Class)) return undefined;
      const runtime = await atelier.createTaskRuntime();
      const task = runtime.defineTask({ type: 'singleton', worker: workers.handlers });
      /** @param {any} error */
      const tell = (error) => ({
        isOfClass: error instanceof Class,
        texts: [error.name, error.message, typeof error.stack],
        numbers: [error.quota, error.requested],
        errors: [error.error?.name, error.error?.message, error.suppressed],
        keys: Object.keys(error),
      });
      const made =
        name === 'SuppressedError'
          ? new Class(new RangeError('one'), 'two', 'm')
          : new Class('m', { quota: 5, requested: 9 });
      const thrown = await task.throwNew(name).catch((/** @type {unknown} */ error) => error);
      const controller = new AbortController();
      const call = task.with({ signal: controller.signal }).heed();
      controller.abort(made);
      const isReason = await call.catch((/** @type {unknown} */ reason) => reason === made);
      const echoed = await task.echo(made);
      const cloned = structuredClone(made);
      await runtime.dispose();
      const { errorName } = ours('measure')[0].detail;
      return { all: [made, thrown, cloned, echoed].map(tell), rest: { isReason, errorName } };
    }, name);
    test.skip(seen === undefined, 'the engine has no such class');
    const [made, thrown, cloned, echoed] = seen?.all ?? [];
    expect(thrown).toEqual(made);
    expect(echoed).toEqual(cloned);
    expect(seen?.rest).toEqual({ isReason: true, errorName: name });
  });
}

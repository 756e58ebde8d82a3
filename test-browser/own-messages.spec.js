import { expect, test } from './fixtures.js';

/** What the runtime or Emscripten might take for its own. */
const LOOKALIKES = [
  ...[{ cmd: 1 }, { cmd: 4 }, { cmd: 'atelier:run' }, { cmd: 'atelier:load' }],
  ...[{ type: 'ready' }, { type: 'result', call: 0, generation: 0, value: 'x' }],
  ...[{ type: 'atelier:hello', version: '0.0.0' }, { type: 'atelier:unexposed' }],
  ...[[0.5, { type: 'done' }, 1], [0.5, 'done'], [], 'text'],
];

test("a worker's own messages are the user's, and nothing else is heard", async ({ app }) => {
  const { heard, got, sizes } = await app.evaluate(async (messages) => {
    const runtime = await atelier.createTaskRuntime();
    /** @type {unknown[][]} */
    let got = [[], []];
    /** @type {Worker | undefined} */
    let made;
    const worker = () => {
      made = workers.talks();
      made.onmessage = ({ data }) => void got[0].push(data);
      made.addEventListener('message', ({ data }) => void got[1].push(data));
      return made;
    };
    const task = runtime.defineTask({ type: 'singleton', worker });
    await task.large();
    for (const message of messages) made?.postMessage({ echo: message });
    for (const message of messages) made?.postMessage(message);
    const sizes = await Promise.all(Array.from({ length: 20 }, () => task.large()));
    let heard = await task.heard();
    while (heard[1].length < 2 * messages.length) heard = await task.heard();
    while (got[1].length < messages.length) await new Promise((next) => setTimeout(next));
    await runtime.dispose();
    // What is in it twice would not reach the test in Firefox.
    [heard, got] = JSON.parse(JSON.stringify([heard, got]));
    return { heard, got, sizes: sizes.map(({ length }) => length) };
  }, LOOKALIKES);
  expect(sizes).toEqual(Array(20).fill(100_000));
  const posted = [...LOOKALIKES.map((echo) => ({ echo })), ...LOOKALIKES];
  expect(heard).toEqual([posted, posted]);
  expect(got).toEqual([LOOKALIKES, LOOKALIKES]);
});

test('onerror that worker() sets hears what crashes the worker', async ({ page, appUrl }) => {
  await page.goto(appUrl);
  const heard = await page.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime();
    /** @type {string[]} */
    const heard = [];
    const worker = () => {
      const made = workers.counter();
      made.onerror = (event) => {
        event.preventDefault();
        heard.push(event.message);
      };
      return made;
    };
    const task = runtime.defineTask({ type: 'singleton', worker });
    const { name } = await rejection(task.throwOutside());
    return [name, ...heard];
  });
  expect(heard).toEqual(['WorkerCrashedError', expect.stringContaining('outside of any handler')]);
});

for (const way of ['throw', 'throw later', 'close']) {
  test(`what a worker has answered before its end counts: ${way}`, async ({ page, appUrl }) => {
    await page.goto(appUrl);
    const rounds = await page.evaluate(async (way) => {
      const runtime = await atelier.createTaskRuntime();
      const task = runtime.defineTask({
        type: 'singleton',
        worker: workers.talks,
        maxInFlight: 200,
      });
      const rounds = [];
      for (let round = 0; round < 5; round++) {
        await task.large();
        const calls = Array.from({ length: 101 }, () => rejection(task.end(way)));
        rounds.push((await Promise.all(calls)).map((one) => one.resolved?.length ?? one.name));
      }
      await runtime.dispose();
      return rounds;
    }, way);
    expect(rounds).toEqual(Array(5).fill([...Array(100).fill(10_000), 'WorkerCrashedError']));
  });
}

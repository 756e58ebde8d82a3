import { expect, test as base } from './fixtures.js';
import { serveSlowly } from './slow-server.js';

/**
 * @typedef {import('./slow-server.js').Answer} Answer
 * @typedef {(path: string) => Answer} AnswerTo
 */

const PACKAGE = '/node_modules/atelier-wasm/js';
const EXPOSE = `import { expose } from '${PACKAGE}/worker.js';`;

/** What workers wait for at most here. */
const SLOW_MS = 2_500;

/** Without a bundler: each module is a request of its own. */
const FILES = {
  '/page.html': `<!doctype html><link rel="icon" href="data:," /><script type="module">
    globalThis.atelier = await import('${PACKAGE}/index.js');
    globalThis.warnings = [];
    console.warn = (...values) => warnings.push(values.join(' '));
    globalThis.taskOf = (runtime, script, config) => runtime.defineTask({
      type: 'parallel', poolSize: 2, taskId: script,
      worker: () => new Worker('/' + script + '.js', { type: 'module' }), ...config,
    });
    document.documentElement.dataset.ready = '';
  </script>`,
  '/quick.js': `${EXPOSE} expose({ ok: () => 'ok' });`,
  '/imports.js': `import './part.js';`,
  '/imports-two.js': `import './part.js'; import './slow-part.js';`,
  '/part.js': `${EXPOSE} expose({ ok: () => 'ok' });`,
  '/slow-script.js': `${EXPOSE} expose({ ok: () => 'ok' });`,
  '/slow-import.js': `import './slow-part.js'; ${EXPOSE} expose({ ok: () => 'ok' });`,
  '/slow-part.js': `import './slow-deeper.js';`,
  '/slow-deeper.js': '',
  '/large.js': `${EXPOSE} expose({ ok: () => 'ok' }); /* ${'x'.repeat(500_000)} */`,
  '/computes.js': `import './computing.js'; ${EXPOSE} expose({ ok: () => 'ok' });`,
  '/computing.js': `for (const since = Date.now(); Date.now() - since < ${SLOW_MS};);`,
  '/awaits.js': `${EXPOSE} await new Promise((next) => setTimeout(next, ${SLOW_MS}));
    expose({ ok: () => 'ok' });`,
  '/silent.js': `onmessage = () => {};`,
  '/forgetful.js': `${EXPOSE} globalThis.later = () => expose({ ok: () => 'ok' });`,
  '/last.js': `${EXPOSE} setTimeout(() => expose({ ok: () => 'ok' }), ${SLOW_MS});`,
  '/twice.js': `${EXPOSE} import { expose as other } from '${PACKAGE}/worker.js?other';
    expose({ ok: () => { try { other({ ok() {} }); } catch ({ message }) { return message; } } });`,
};

const test = base.extend(
  /** @type {import('@playwright/test').Fixtures<{ serve: (answerTo?: AnswerTo) => Promise<void> },
   *   { engine: import('./fixtures.js').EngineName },
   *   import('@playwright/test').PlaywrightTestArgs & { mode: import('atelier-wasm').RuntimeMode }>} */ ({
    serve: async ({ page, mode }, use) => {
      /** @type {Awaited<ReturnType<typeof serveSlowly>>[]} */
      const servers = [];
      await use(async (answerTo = () => ({})) => {
        const folder = process.env.ATELIER_APP_FOLDER ?? '';
        const isolated = mode !== 'messages';
        const server = await serveSlowly(folder, FILES, isolated, answerTo);
        servers.push(server);
        await page.goto(`${server.url}page.html`);
        await page.waitForSelector('html[data-ready]', { state: 'attached' });
      });
      await Promise.all(servers.map((server) => server.close()));
    },
  })
);

test('workers whose scripts, imports or start take long are waited for', async ({
  page,
  serve,
}) => {
  await serve((path) => {
    if (path.startsWith('/slow-')) return { delayMs: SLOW_MS };
    return path === '/large.js' ? { bytesPerSecond: 150_000 } : {};
  });
  const scripts = ['quick', 'slow-script', 'slow-import', 'large', 'computes', 'awaits'];
  const found = await page.evaluate(async (names) => {
    const runtime = await atelier.createTaskRuntime();
    const results = [];
    for (const round of ['cold', 'warm']) {
      const tasks = names.map((name) => taskOf(runtime, name, { taskId: `${name} ${round}` }));
      results.push(...(await Promise.all(tasks.flatMap((task) => [task.ok(), task.ok()]))));
    }
    await runtime.dispose();
    return { results, warnings };
  }, scripts);
  expect(found).toEqual({ results: Array(24).fill('ok'), warnings: [] });
});

test('a wasm that takes long is waited for', async ({ page, serve }) => {
  await serve((path) => (path.endsWith('.wasm') ? { delayMs: SLOW_MS } : {}));
  const result = await page.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime();
    return taskOf(runtime, 'quick').ok();
  });
  expect(result).toBe('ok');
});

for (const [when, failure] of /** @type {[string, Answer][]} */ ([
  ['that the server cannot serve at first', { status: 503 }],
  ['while the network is gone', { offline: true }],
])) {
  for (const [what, file, script] of [
    ['script', '/quick.js', 'quick'],
    ['import', '/part.js', 'imports'],
    ['import beside others', '/part.js', 'imports-two'], // Firefox has no event for that
    ['copy of the package', '/js/worker.js', 'quick'],
  ]) {
    test(`a worker with a ${what} ${when} is tried again`, async ({ page, serve }) => {
      let fails = true;
      await serve((path) => {
        if (path === '/works') fails = false;
        return path.endsWith(file) && fails ? failure : {};
      });
      const { error, results } = await page.evaluate(async (script) => {
        const runtime = await atelier.createTaskRuntime();
        const startTimeoutMs = 5_000;
        const task = taskOf(runtime, script, { poolSize: 1, startTimeoutMs });
        const error = await task.ok().catch((/** @type {Error} */ { name }) => name);
        const patient = taskOf(runtime, script, {
          startTimeoutMs,
          crashPolicy: 'restart-requeue-in-flight',
          crashMaxRetries: Infinity,
          taskId: 'patient',
        });
        const call = patient.ok();
        while (patient.getState().lastCrash === undefined) {
          await new Promise((next) => setTimeout(next, 10));
        }
        await fetch('/works');
        return { error, results: [await call, await task.ok()] };
      }, script);
      expect(error).toBe('WorkerCrashedError');
      expect(results).toEqual(['ok', 'ok']);
    });
  }

  test(`a page with a wasm ${when} may ask for a runtime again`, async ({ page, serve }) => {
    let fails = true;
    await serve((path) => {
      if (path === '/works') fails = false;
      return path.endsWith('.wasm') && fails ? failure : {};
    });
    const { errors, result } = await page.evaluate(async () => {
      const create = () =>
        atelier.createTaskRuntime().catch((/** @type {Error} */ { message }) => message);
      const errors = [...(await Promise.all([create(), create()])), await create()];
      await fetch('/works');
      const runtime = await atelier.createTaskRuntime();
      return { errors, result: await taskOf(runtime, 'quick').ok() };
    });
    expect(errors).toEqual(Array(3).fill(expect.stringContaining('could not be loaded')));
    expect(result).toBe('ok');
  });

  test(`a page without isolation, with a build ${when}, may ask again`, async ({
    engine,
    mode,
    page,
    serve,
  }) => {
    test.skip(mode !== 'messages', 'other pages import all they need with the package');
    test.skip(engine === 'firefox', 'it never asks again for what import() has failed to load');
    let fails = true;
    await serve((path) => {
      if (path === '/works') fails = false;
      return path.endsWith('/atelier.messages.js') && fails ? failure : {};
    });
    const { error, result } = await page.evaluate(async () => {
      const error = await atelier.createTaskRuntime().catch((error) => error instanceof Error);
      await fetch('/works');
      const runtime = await atelier.createTaskRuntime();
      return { error, result: await taskOf(runtime, 'quick').ok() };
    });
    expect(error).toBe(true);
    expect(result).toBe('ok');
  });
}

test('a worker whose script ends without expose() is warned of once, and waited for', async ({
  page,
  serve,
}) => {
  await serve();
  const { early, warned, result, ms } = await page.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime();
    const sinceMs = performance.now();
    const forgetful = taskOf(runtime, 'forgetful', { startTimeoutMs: 4_000 });
    const failures = [forgetful.ok(), forgetful.ok()].map((call) =>
      call.catch((/** @type {Error} */ { message }) => message)
    );
    while (warnings.length === 0) await new Promise((next) => setTimeout(next, 10));
    const early = performance.now() - sinceMs;
    const result = await taskOf(runtime, 'last').ok();
    const messages = await Promise.all(failures);
    const ms = performance.now() - sinceMs;
    await runtime.dispose();
    return { early, warned: warnings, result: [result, ...messages], ms };
  });
  expect(early).toBeLessThan(4_000);
  expect(ms).toBeGreaterThan(4_000 - 100);
  expect(warned).toEqual(
    ['forgetful', 'last'].map((task) =>
      expect.stringMatching(
        `^Worker \\d of task '${task}' has not called expose\\(\\), and its script has ended`
      )
    )
  );
  expect(result).toEqual([
    'ok',
    expect.stringContaining('The worker never became ready within startTimeoutMs (4000)'),
    expect.stringContaining('The worker never became ready within startTimeoutMs (4000)'),
  ]);
});

test('a worker that does not import the package is given up after startTimeoutMs', async ({
  page,
  serve,
}) => {
  await serve();
  const message = await page.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime();
    const task = taskOf(runtime, 'silent', { startTimeoutMs: 500 });
    return task.ok().catch((/** @type {Error} */ error) => error.message);
  });
  expect(message).toContain('The worker never became ready within startTimeoutMs (500)');
});

test('a script may import the package twice', async ({ page, serve }) => {
  await serve();
  const results = await page.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime();
    /** @type {unknown[]} */
    const heard = [];
    const worker = () => {
      const made = new Worker('/twice.js', { type: 'module' });
      made.onmessage = ({ data }) => void heard.push(data);
      return made;
    };
    const task = taskOf(runtime, 'twice', { worker });
    const results = [await task.ok()];
    await new Promise((next) => setTimeout(next, 1_500)); // the other copy might ask by then
    results.push(await task.ok());
    return [...new Set(results), ...heard, ...warnings];
  });
  expect(results).toEqual([expect.stringContaining('expose() was called twice')]);
});

test('expose() on a page does nothing but warn, once', async ({ page, serve }) => {
  await serve();
  const warned = await page.evaluate(async (path) => {
    const { expose } = await import(path);
    expose({ ok() {} });
    expose({ ok() {} });
    await new Promise((next) => setTimeout(next, 1_200));
    return warnings;
  }, `${PACKAGE}/worker.js`);
  expect(warned).toEqual(['expose() does nothing here: this thread is no dedicated worker.']);
});

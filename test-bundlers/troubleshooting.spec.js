import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from '@playwright/test';
import { createLogger, createServer } from 'vite';

import { REPOSITORY, run } from './command.js';
import { installExample } from './example.js';
import { serveFiles } from './servers.js';

/**
 * @typedef {object} Failure on a page of the example without a bundler
 * @property {Record<string, string>} [headers] of all responses
 * @property {Record<string, string>} [workerHeaders] of workers' scripts
 * @property {false} [isolated]
 * @property {'required'} [isolation] the runtime's option
 * @property {string} [worker] its URL
 * @property {number} [startTimeoutMs] the task's
 * @property {'classic'} [type] the worker's
 * @property {string} [wasm] where it is looked for
 * @property {string} [call] what is called instead of `primes.count(100)`
 * @property {string} [image] what the page embeds instead of making a call
 * @property {RegExp} tells which of the document's messages is expected
 */

const CSP = "script-src 'self' 'unsafe-inline'";

/** @type {Record<string, Failure>} */
const FAILURES = {
  'not isolated': { isolated: false, isolation: 'required', tells: /^NotIsolatedError/ },
  'an image of another site': { image: 'http://127.0.0.1', tells: /^Failed to load resource/ },
  'no such worker': { worker: '/missing.js', tells: /could not be loaded/ },
  'a page in the place of the worker': {
    workerHeaders: { 'Content-Type': 'text/html' },
    tells: /could not be loaded/,
  },
  'a worker without a header': {
    workerHeaders: { 'Cross-Origin-Embedder-Policy': 'unsafe-none' },
    tells: /could not be loaded/,
  },
  'a worker that imports by name': { worker: '/bare.worker.js', tells: /could not be loaded/ },
  'a worker that is not allowed': {
    headers: { 'Content-Security-Policy': `${CSP} 'wasm-unsafe-eval'; worker-src 'none'` },
    tells: /^Creating a worker/,
  },
  'a worker on another origin': {
    worker: 'https://cdn.example/primes.worker.js',
    tells: /SecurityError/,
  },
  'a classic worker': { type: 'classic', tells: /is a classic one/ },
  'a worker that never exposes': {
    worker: '/silent.worker.js',
    startTimeoutMs: 500,
    tells: /never became ready/,
  },
  'a worker that forgets to expose': {
    worker: '/forgetful.worker.js',
    startTimeoutMs: 3_000,
    tells: /script has ended/,
  },
  'a worker that throws at its start': { worker: '/broken.worker.js', tells: /no database/ },
  'a worker of another version': { worker: '/other.worker.js', tells: /use one version/ },
  'no wasm': { wasm: '/missing.wasm', tells: /HTTP 404/ },
  'wasm of another version': { wasm: '/other/dist/atelier.wasm', tells: /same installation/ },
  'a page in the place of the wasm': { wasm: '/index.html', tells: /it is text\/html/ },
  'wasm that is not allowed': {
    headers: { 'Content-Security-Policy': CSP },
    tells: /'wasm-unsafe-eval'/,
  },
  'wasm that may not be fetched': {
    headers: { 'Content-Security-Policy': `${CSP} 'wasm-unsafe-eval'; connect-src 'none'` },
    tells: /could not be loaded\.$/,
  },
  'a function as an argument': { call: 'primes.count(() => 1)', tells: /\(\) => 1/ },
  'an element as an argument': { call: 'primes.count(1, document.body)', tells: /HTMLBody/ },
  'a Proxy as an argument': { call: 'primes.count(new Proxy({}, {}))', tells: /#<Object>/ },
  'a function as a result': { worker: '/function.worker.js', tells: /^DataCloneError: The result/ },
  'a buffer that is gone': {
    call: 'primes.count(gone).then(() => primes.count(gone))',
    tells: /is detached/,
  },
  'an argument that workers have no class for': {
    call: 'primes.count(0).then(makeCertificate).then((it) => primes.count(it))',
    tells: /not read by the other thread/,
  },
  'a handler with a trailing context': {
    worker: '/trailing.worker.js',
    tells: /reading 'throwIfAborted'/,
  },
  'a handler that calls another': { worker: '/direct.worker.js', tells: /withContext\(\) returns/ },
  'an object in what is exposed': { worker: '/nested.worker.js', tells: /'limits'/ },
  'a reserved name': { worker: '/reserved.worker.js', tells: /named 'toString'/ },
  'a misspelt method': { call: 'primes.cuont(100)', tells: /^UnknownMethodError/ },
};

/** What is in the page of a failure; it prints the failure with its causes. */
const page = (
  /** @type {Failure} */ { worker, type, isolation, wasm, call, image, startTimeoutMs }
) => `<!doctype html>
<link rel="icon" href="data:," />
<script type="module">
  import { createTaskRuntime } from './node_modules/atelier-wasm/js/index.js';
  const gone = new Uint8Array(8);
  const makeCertificate = () =>
    RTCPeerConnection.generateCertificate({ name: 'ECDSA', namedCurve: 'P-256' });
  async function fail() {
    const runtime = await createTaskRuntime(${JSON.stringify({ isolation, wasm })});
    const primes = runtime.defineTask({
      type: 'singleton',
      taskId: 'primes',
      ${startTimeoutMs ? `startTimeoutMs: ${startTimeoutMs},` : ''}
      worker: () => new Worker(${JSON.stringify(worker ?? '/primes.worker.js')}, {
        type: ${JSON.stringify(type ?? 'module')},
      }),
    });
    await ${image ? `embed(${JSON.stringify(image)})` : (call ?? 'primes.count(100)')};
  }
  const embed = (src) =>
    new Promise((loaded) => document.body.append(Object.assign(new Image(), { src, onerror: loaded })));
  await fail().catch((error) => {
    for (let cause = error; cause; cause = cause.cause) console.log(String(cause));
  });
  console.log('done');
</script>
<body></body>`;

/** Messages of the document, each with what matches it. */
async function readMessages() {
  const text = await readFile(join(REPOSITORY, 'docs/troubleshooting.md'), 'utf8');
  const blocks = [...text.matchAll(/^```text\n(.*?)\n```$/gms)];
  return new Map(
    blocks
      .flatMap(([, lines]) => lines.split('\n'))
      .map((line) => {
        const parts = line.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
        return [line, new RegExp(`^${parts.join('.*')}$`)];
      })
  );
}

test.describe('docs/troubleshooting.md', () => {
  /** @type {Awaited<ReturnType<typeof installExample>>} */
  let installed;
  /** @type {Map<string, RegExp>} */
  let messages;
  test.beforeAll(async () => {
    messages = await readMessages();
    installed = await installExample('no-bundler');
    const file = (/** @type {string} */ name) => join(installed.folder, name);
    const write = (/** @type {string} */ name, /** @type {string} */ text) =>
      writeFile(file(name), text);
    await write(
      'bare.worker.js',
      "import { expose } from 'atelier-wasm/worker'; expose({ count() {} });"
    );
    await write('silent.worker.js', 'self.count = () => {};');
    await write(
      'forgetful.worker.js',
      "import { expose } from './node_modules/atelier-wasm/js/worker.js'; self.count = () => expose;"
    );
    const exposing = (/** @type {string} */ handlers) =>
      "import { expose, withContext } from './node_modules/atelier-wasm/js/worker.js'; " +
      `const handlers = ${handlers}; expose(handlers);`;
    await write('trailing.worker.js', exposing('{ count: (limit, ctx) => ctx.throwIfAborted() }'));
    await write(
      'direct.worker.js',
      exposing('{ sum: withContext((ctx) => 1), count: () => handlers.sum() }')
    );
    await write('function.worker.js', exposing('{ count: () => () => 1 }'));
    await write('nested.worker.js', exposing('{ count() {}, limits: { count: 5 } }'));
    await write('reserved.worker.js', exposing('{ count() {}, toString() {} }'));
    await write('broken.worker.js', "throw new Error('no database'); export {};");
    await cp(file('node_modules/atelier-wasm'), file('other'), { recursive: true });
    const { version } = JSON.parse(await readFile(file('other/package.json'), 'utf8'));
    const protocol = await readFile(file('other/js/shared/protocol.js'), 'utf8');
    await write('other/js/shared/protocol.js', protocol.replace(/(VERSION = ')[^']*/, '$10.0.9'));
    const wasm = await readFile(file('other/dist/atelier.wasm'));
    wasm.write('0.0.9', wasm.lastIndexOf(version));
    await writeFile(file('other/dist/atelier.wasm'), wasm);
    await write(
      'other.worker.js',
      "import { expose } from './other/js/worker.js'; expose({ count() {} });"
    );
  });
  test.afterAll(() => installed?.remove()); // it may have failed

  /**
   * Expects lines to have one that the document has.
   * @param {string[]} lines
   * @param {RegExp} tells which it is
   */
  function expectMessage(lines, tells) {
    const expected = [...messages].filter(([message]) => tells.test(message));
    expect(expected.length, `the document has a message like ${tells}`).toBeGreaterThan(0);
    const found = expected.filter(([, pattern]) => lines.some((line) => pattern.test(line)));
    expect(found.length, `${tells} is among:\n${lines.join('\n')}`).toBeGreaterThan(0);
    for (const [message, pattern] of messages) {
      if (lines.some((line) => pattern.test(line))) seen.add(message);
    }
  }
  /** @type {Set<string>} */
  const seen = new Set();

  test('has the messages of browsers and Node, and no other', async ({ browser }) => {
    for (const [name, failure] of Object.entries(FAILURES)) {
      await test.step(name, async () => {
        const { folder } = installed;
        const other = await serveFiles(folder, { isolated: false });
        const port = new URL(other.url).port;
        const image = failure.image && `${failure.image}:${port}/index.html`;
        await writeFile(join(folder, 'failure.html'), page({ ...failure, image }));
        const server = await serveFiles(folder, {
          isolated: failure.isolated ?? true,
          headers: (pathname) => ({
            ...failure.headers,
            ...(pathname.endsWith('.worker.js') ? failure.workerHeaders : {}),
          }),
        });
        const tab = await browser.newPage();
        try {
          /** @type {string[]} */
          const lines = [];
          const done = new Promise((resolve) => {
            tab.on('console', (message) => {
              lines.push(message.text().replaceAll(server.url, 'http://localhost:5173/'));
              if (message.text() === 'done') resolve(undefined);
            });
          });
          await tab.goto(`${server.url}failure.html`);
          await done;
          expectMessage(lines, failure.tells);
        } finally {
          await tab.close();
          await server.close();
          await other.close();
        }
      });
    }

    await test.step('Vite that pre-bundles', async () => {
      const logger = createLogger();
      const reloading = new Promise((resolve) => {
        logger.info = (text) => {
          if (/reloading/.test(text)) resolve(text);
        };
      });
      const { folder } = installed;
      await writeFile(
        join(folder, 'index.html'),
        `<script type="module">
          import { createTaskRuntime } from 'atelier-wasm';
          createTaskRuntime();
          new Worker(new URL('./bare.worker.js', import.meta.url), { type: 'module' });
        </script>`
      );
      const vite = await createServer({
        root: folder,
        configFile: false,
        customLogger: logger,
        server: { headers: { 'Cross-Origin-Embedder-Policy': 'require-corp' } },
      });
      const tab = await browser.newPage();
      try {
        await vite.listen(0);
        await tab.goto(vite.resolvedUrls?.local[0] ?? '');
        // eslint-disable-next-line no-control-regex
        expectMessage([String(await reloading).replace(/\x1b\[\d+m/g, '')], /reloading/);
      } finally {
        await tab.close();
        await vite.close();
      }
    });

    await test.step('the global Worker in Node', async () => {
      await writeFile(
        join(installed.folder, 'global-worker.js'),
        `import { createTaskRuntime } from 'atelier-wasm';
        const runtime = await createTaskRuntime();
        const worker = () => new Worker(new URL('./bare.worker.js', import.meta.url));
        const primes = runtime.defineTask({ type: 'singleton', taskId: 'primes', worker });
        await primes.count(100).catch((error) => console.log(String(error)));
        await runtime.dispose();`
      );
      const output = await run(['node', 'global-worker.js'], installed.folder);
      expectMessage(output.split('\n'), /ReferenceError/);
    });

    await test.step('Jest that runs CommonJS', async () => {
      const folder = join(installed.folder, 'jest');
      await mkdir(folder);
      await writeFile(join(folder, 'package.json'), '{ "jest": { "transform": {} } }');
      await writeFile(
        join(folder, 'some.test.js'),
        "require('atelier-wasm'); test('some', () => {});"
      );
      const jest = join(REPOSITORY, 'node_modules/jest/bin/jest.js');
      const { message } = await run(['node', jest, '--watchman=false'], folder).catch(
        (error) => error
      );
      const lines = message.split('\n').map((/** @type {string} */ line) => line.trim());
      expectMessage(lines, /^Must use import/);
    });

    expect([...messages.keys()].filter((message) => !seen.has(message))).toEqual([]);
  });
});

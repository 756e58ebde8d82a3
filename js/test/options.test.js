import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

import { createTaskRuntime } from 'atelier-wasm';
import { afterEach, describe, expect, test } from '@jest/globals';

import { VERSION } from '../shared/protocol.js';
import { disposeAll, makeRuntime, makeTask, MODE, rejection, worker } from './support.js';

afterEach(disposeAll);

describe('createTaskRuntime() names the option, quotes the value and says what is accepted', () => {
  test.each(
    /** @type {[any, string[]][]} */ ([
      [{ sapns: true }, ["'sapns'", 'true', 'spans, isolation, wasm']],
      [{ isolation: true }, ["'isolation'", 'true', "'auto' or 'required'"]],
      [{ spans: 'yes' }, ["'spans'", "'yes'", 'true, false']],
      [{ spans: { sampleRate: 2 } }, ["'spans.sampleRate'", '2', '0 to 1']],
      [{ spans: { sampleRate: NaN } }, ["'spans.sampleRate'", 'NaN']],
      [{ spans: { retain: -1 } }, ["'spans.retain'", '-1', 'Infinity']],
      [{ spans: { marks: 1 } }, ["'spans.marks'", '1', 'true or false']],
      [{ spans: { p95: true } }, ["'spans.p95'", 'sampleRate']],
      [{ telemetry: {} }, ["unknown option 'telemetry'", 'spans']],
      [{ wasm: 5 }, ["'wasm'", '5', 'URL']],
      [null, ['null', 'object']],
    ])
  )('%j', async (options, texts) => {
    const error = await rejection(createTaskRuntime(options));
    expect(error).toBeInstanceOf(TypeError);
    for (const text of texts) expect(error.message).toContain(text);
  });
});

test('mode tells how calls reach workers, and isolation may be required', async () => {
  expect((await makeRuntime({ isolation: 'auto' })).mode).toBe(MODE);
  const required = createTaskRuntime({ isolation: 'required' });
  if (MODE === 'messages') {
    const error = await rejection(required);
    expect(error.name).toBe('NotIsolatedError');
    expect(error.message).toContain('Cross-Origin-Opener-Policy: same-origin');
    expect(error.message).toContain('Cross-Origin-Embedder-Policy: require-corp');
  } else {
    expect((await required).mode).toBe('shared-memory');
    await (await required).dispose();
  }
});

describe('defineTask() does too', () => {
  test.each(
    /** @type {[any, string[]][]} */ ([
      [{ worker: () => {} }, ["'type'", 'required', "'parallel'"]],
      [{ type: 'parallel' }, ["'worker'", 'required', 'function']],
      [{ type: 'pool', worker: () => {} }, ["'type'", "'pool'", "'singleton'"]],
      [{ type: 'parallel', worker: 'w.js' }, ["'worker'", "'w.js'", 'function']],
      [{ type: 'parallel', worker: () => {}, poolSize: 0 }, ["'poolSize'", '0', 'from 1 to 1000']],
      [{ type: 'parallel', worker: () => {}, poolSize: '2' }, ["'poolSize'", "'2'"]],
      [{ type: 'singleton', worker: () => {}, poolSize: 2 }, ["'poolSize'", '2', 'singleton']],
      [{ type: 'parallel', worker: () => {}, maxInFlight: 1.5 }, ["'maxInFlight'", '1.5']],
      [{ type: 'parallel', worker: () => {}, init: 'now' }, ["'init'", "'now'", "'lazy'"]],
      [{ type: 'parallel', worker: () => {}, taskId: '' }, ["'taskId'", "''", 'non-empty']],
      [
        { type: 'parallel', worker: () => {}, telemetry: {} },
        ["unknown option 'telemetry'", 'taskId'],
      ],
      [undefined, ['undefined', 'object']],
    ])
  )('%j', async (config, texts) => {
    const runtime = await makeRuntime();
    /** @type {any} */
    let error;
    try {
      runtime.defineTask(config);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(TypeError);
    for (const text of texts) expect(error.message).toContain(text);
  });
});

test('with() and clearMeasures() do too', async () => {
  const { runtime, task } = await makeTask();
  expect(() => task.with({ sgnal: 1 })).toThrow(/'sgnal'.*signal, key/);
  expect(() => task.with({ signal: 1 })).toThrow(/'signal' is 1 \(number\).*AbortSignal/);
  expect(() => task.with({ transfer: 'all' })).toThrow(/'transfer'.*array/);
  for (const transfer of [[1], [null], ['a'], [new ArrayBuffer(1), undefined]]) {
    const at = `transfer[${transfer.length - 1}]`;
    expect(() => task.with({ transfer })).toThrow(`'${at}' is `);
    expect(() => task.with({ transfer })).toThrow(TypeError);
  }
  expect(() => task.with()).toThrow(TypeError);
  expect(() => runtime.clearMeasures(/** @type {any} */ ({ span: 'x' }))).toThrow(/'span'/);
});

describe('wasm', () => {
  const files = { 'shared-memory': 'atelier.wasm', messages: 'atelier.messages.wasm' };
  const urls = Object.values(files).map((file) => new URL(`../../dist/${file}`, import.meta.url));
  const [url, other] = MODE === 'messages' ? urls.reverse() : urls;
  const usable = /** @type {[string, () => Promise<any>][]} */ ([
    ['a URL', async () => url],
    ['a string', async () => url.href],
    ['its bytes', async () => readFileSync(url)],
    ['a compiled module', () => WebAssembly.compile(readFileSync(url))],
  ]);

  test.each(usable)('may be given as %s', async (_, make) => {
    const { task } = await makeTask({}, { wasm: await make() });
    expect(await task.add(1, 2)).toBe(3);
  });

  test('of the other build is told from what is needed', async () => {
    const { message } = await rejection(createTaskRuntime({ wasm: other }));
    expect(message).toContain(`at ${other} is atelier-wasm ${VERSION}`);
    expect(message).toContain(`needs atelier-wasm ${VERSION} ${MODE}: ${files[MODE]} of the same`);
  });

  test('of another version is told from what is needed', async () => {
    const bytes = readFileSync(url);
    bytes.write('9.9.9', bytes.lastIndexOf(VERSION));
    const { message } = await rejection(createTaskRuntime({ wasm: bytes }));
    expect(message).toContain(`is atelier-wasm 9.9.9 ${MODE}`);
    expect(message).toContain(`needs atelier-wasm ${VERSION} ${MODE}`);
  });

  test('that is not ours is told', async () => {
    const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
    const { message } = await rejection(createTaskRuntime({ wasm: empty }));
    expect(message).toContain('given is no module of atelier-wasm');
  });

  test.each(
    /** @type {[string, () => any][]} */ ([
      ['no bytes', () => new ArrayBuffer(0)],
      ['bytes of something else', () => Buffer.from('<!doctype html>')],
      ['a part of the file', () => readFileSync(url).subarray(0, 999)],
    ])
  )('that is given as %s names the option and what it accepts', async (_, make) => {
    const error = await rejection(createTaskRuntime({ wasm: make() }));
    expect(error.message).toBe(
      "What option 'wasm' holds could not be compiled as WebAssembly. It accepts the bytes of " +
        `${files[MODE]} of the same installation, a URL of it, or it compiled.`
    );
    expect(error).toBeInstanceOf(TypeError);
    expect(error.cause.name).toBe('CompileError');
  });

  test('that a server answers with a page, or not at all, says so', async () => {
    const server = createServer((request, response) => {
      response.writeHead(request.url === '/app.wasm' ? 200 : 404, { 'content-type': 'text/html' });
      response.end('<!doctype html>');
    });
    await new Promise((resolve) => server.listen(0, () => resolve(undefined)));
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    const [page, missing] = ['app.wasm', 'no.wasm'].map(
      (path) => `http://127.0.0.1:${port}/${path}`
    );
    const html = await rejection(createTaskRuntime({ wasm: page }));
    expect(html.message).toContain(
      `What is at ${page} could not be compiled as WebAssembly; it is text/html. The server may have sent a page`
    );
    expect(html.cause.name).toBe('CompileError');
    const absent = await rejection(createTaskRuntime({ wasm: missing }));
    expect(absent.message).toContain(`at ${missing} could not be loaded`);
    expect(absent.cause.message).toBe('HTTP 404');
    server.close();
  });

  test('that is not there, or is none, is a clear error', async () => {
    const missing = await rejection(createTaskRuntime({ wasm: new URL('./no.wasm', url) }));
    expect(missing.message).toMatch(/no\.wasm could not be loaded/);
    const text = await rejection(createTaskRuntime({ wasm: new URL(import.meta.url) }));
    expect(text.message).toMatch(/options\.test\.js could not be compiled as WebAssembly/);
    expect(text.cause).toBeDefined();
  });
});

test('a task is no thenable and has no methods by accident', async () => {
  const { task } = await makeTask();
  expect(await task).toBe(task);
  expect(JSON.stringify({ task })).toBe('{"task":{}}');
  expect(task[Symbol.iterator]).toBeUndefined();
});

test('the snapshot shows every task', async () => {
  const runtime = await makeRuntime();
  runtime.defineTask({ type: 'parallel', worker: worker('handlers.js'), poolSize: 2 });
  runtime.defineTask({ type: 'singleton', worker: worker('handlers.js'), taskId: 'one' });
  const common = { activeWorkers: 0, workerStatus: 'stopped', totalDispatched: 0, inFlight: 0 };
  expect(runtime.getRuntimeSnapshot()).toEqual({
    tasks: [
      {
        ...common,
        taskId: 'task-1',
        init: 'lazy',
        type: 'parallel',
        poolSize: 2,
        pending: 0,
        waiting: 0,
        inFlightByWorker: [0, 0],
        maxInFlight: 2,
        maxQueueDepth: Infinity,
        queuePolicy: 'block',
      },
      expect.objectContaining({ taskId: 'one', type: 'singleton', inFlightByWorker: [0] }),
    ],
  });
});

test('workers and owner agree on the version of the package', () => {
  const { version } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  );
  expect(VERSION).toBe(version);
});

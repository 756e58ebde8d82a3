/**
 * Type tests of `atelier-wasm`: only compiled, by `tsc -p tsconfig.typetests.json`, against the
 * declarations in dist/ and with the libraries that a new web project has.
 */
import {
  callback,
  createTaskRuntime,
  NotIsolatedError,
  parallelLimit,
  QueueDropError,
  QueueFullError,
  TaskDisposedError,
  UnknownMethodError,
  WorkerCrashedError,
} from 'atelier-wasm';
import messagesWasm from 'atelier-wasm/atelier.messages.wasm';
import wasm from 'atelier-wasm/atelier.wasm';
import type {
  AbortTaskController,
  DispatchOptions,
  ParallelLimitOptions,
  RuntimeOptions,
  RuntimeSnapshot,
  SpanOptions,
  Task,
  TaskConfig,
  TaskRuntime,
  TaskState,
  TaskStream,
  Trace,
} from 'atelier-wasm';

/** Exactly the same type: `any` and `readonly` count. */
type Equal<A, B> =
  (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;

type Picture = { width: number; pixels: Uint8Array };

interface Handlers {
  resize(picture: Picture, width: number): Picture;
  decode(file: Blob, quality?: number): Promise<Picture>;
  sum(...numbers: number[]): number;
  maybe(): string | Promise<number>;
  forget(): void;
  refuse(): never;
  lines(file: Blob): AsyncGenerator<string, number>;
  numbers(): Generator<Promise<number>, void>;
  rows(): Promise<AsyncGenerator<Picture>>;
  chunks(): ReadableStream<Uint8Array>;
  events(): AsyncIterable<string>;
  version: string;
}

declare const picture: Picture;
declare const signal: AbortSignal;
declare class NodeWorker {
  postMessage(value: unknown, transferList?: readonly object[]): void;
  terminate(): Promise<number>;
}
const worker = () => new Worker('worker.js');

// createTaskRuntime()

true satisfies Equal<ReturnType<typeof createTaskRuntime>, Promise<TaskRuntime>>;
const runtime = await createTaskRuntime();
await createTaskRuntime({});
await createTaskRuntime({ spans: false, wasm: 'atelier.wasm' });
await createTaskRuntime({ wasm: new URL('https://example.org/atelier.wasm') });
await createTaskRuntime({ wasm: new Uint8Array(8) });
await createTaskRuntime({ wasm: crossOriginIsolated ? wasm : messagesWasm });
await createTaskRuntime({ wasm: await WebAssembly.compile(new ArrayBuffer(8)) });
({ enabled: true, marks: false, sampleRate: 0.1, retain: 0, devtools: true }) satisfies SpanOptions;
({ spans: { retain: Infinity } }) satisfies RuntimeOptions;

// @ts-expect-error: no such option
await createTaskRuntime({ span: true });
// @ts-expect-error: not a mode
await createTaskRuntime({ spans: 'auto' });
// @ts-expect-error: no such option
await createTaskRuntime({ spans: { rate: 1 } });
// @ts-expect-error: not a number
await createTaskRuntime({ spans: { sampleRate: '1' } });
// @ts-expect-error: not a source of wasm
await createTaskRuntime({ wasm: null });

// defineTask()

const complete: TaskConfig = {
  type: 'parallel',
  worker,
  taskId: 'resize',
  taskName: 'Resize',
  poolSize: 4,
  init: 'eager',
  maxInFlight: 8,
  maxQueueDepth: Infinity,
  queuePolicy: 'drop-oldest',
  keyOf: (picture: Picture) => String(picture.width),
  timeoutMs: 1000,
  terminateAfterMs: 100,
  idleTimeoutMs: 5000,
  crashPolicy: 'restart-requeue-in-flight',
  crashMaxRetries: 3,
};
const task = runtime.defineTask<Handlers>(complete);
true satisfies Equal<typeof task, Task<Handlers>>;
runtime.defineTask({ type: 'singleton', worker });
runtime.defineTask({ type: 'singleton', worker: () => new NodeWorker() });

// @ts-expect-error: the type is required
runtime.defineTask({ worker });
// @ts-expect-error: so is the worker
runtime.defineTask({ type: 'parallel' });
// @ts-expect-error: a function that makes it
runtime.defineTask({ type: 'parallel', worker: new Worker('worker.js') });
// @ts-expect-error: not its URL
runtime.defineTask({ type: 'parallel', worker: () => 'worker.js' });
// @ts-expect-error: not a type
runtime.defineTask({ type: 'pool', worker });
// @ts-expect-error: not a policy
runtime.defineTask({ type: 'parallel', worker, queuePolicy: 'drop' });
// @ts-expect-error: not a policy
runtime.defineTask({ type: 'parallel', worker, crashPolicy: 'restart' });
// @ts-expect-error: no such option
runtime.defineTask({ type: 'parallel', worker, concurrency: 2 });

// A task's methods

true satisfies Equal<typeof task.resize, (picture: Picture, width: number) => Promise<Picture>>;
true satisfies Equal<typeof task.decode, (file: Blob, quality?: number) => Promise<Picture>>;
true satisfies Equal<typeof task.sum, (...numbers: number[]) => Promise<number>>;
true satisfies Equal<typeof task.maybe, () => Promise<string | number>>;
true satisfies Equal<typeof task.forget, () => Promise<void>>;
true satisfies Equal<typeof task.refuse, () => Promise<never>>;
task.decode(new Blob());
task.decode(new Blob(), 1);

// @ts-expect-error: an argument is missing
task.resize(picture);
// @ts-expect-error: an argument is of another type
task.resize(picture, '100');
// @ts-expect-error: an argument is too many
task.resize(picture, 100, 100);
// @ts-expect-error: an argument is too many
task.forget(1);
// @ts-expect-error: no such method
task.crop(picture);
// @ts-expect-error: no function in the worker
void task.version;
// @ts-expect-error: a promise of it
task.sum(1, 2) satisfies number;

const untyped = runtime.defineTask({ type: 'parallel', worker });
true satisfies Equal<ReturnType<typeof untyped.whatever>, Promise<any> & AsyncIterable<any>>;

// Handlers that are generators

for await (const line of task.lines(new Blob())) true satisfies Equal<typeof line, string>;
for await (const line of await task.lines(new Blob())) true satisfies Equal<typeof line, string>;
for await (const number of task.numbers()) true satisfies Equal<typeof number, number>;
for await (const row of task.rows()) true satisfies Equal<typeof row, Picture>;
for await (const event of task.events()) true satisfies Equal<typeof event, string>;
const stream = await task.lines(new Blob());
true satisfies Equal<typeof stream, TaskStream<string, number>>;
const line = await stream.next();
if (line.done) true satisfies Equal<typeof line.value, number>;
else true satisfies Equal<typeof line.value, string>;
await stream.return?.();
{
  await using ended = stream;
  ended satisfies AsyncIterable<string>;
}
(await task.chunks()) satisfies ReadableStream<Uint8Array>;
// @ts-expect-error: no generator
for await (const digit of task.sum(1)) console.log(digit);

// A task is no thenable, and its own members come first

type Shadows = Task<{
  then(resolve: (value: number) => void): void;
  with(text: string): string;
  dispose(text: string): string;
  toJSON(): string;
  [Symbol.iterator](): Iterator<number>;
}>;
declare const shadows: Shadows;
true satisfies Equal<Awaited<Task<Handlers>>, Task<Handlers>>;
true satisfies Equal<Awaited<Shadows>, Shadows>;
true satisfies Equal<ReturnType<typeof shadows.dispose>, void>;
true satisfies Equal<ReturnType<typeof shadows.with>, Shadows>;
// @ts-expect-error: not dispatched
void shadows.then;
// @ts-expect-error: not dispatched
void shadows.toJSON;
// @ts-expect-error: not dispatched
for (const _ of shadows);

// with()

const dispatchOptions: DispatchOptions = {
  signal,
  key: 'a',
  timeoutMs: 10,
  priority: -1,
  onProgress: (value: number) => value,
  transfer: [new ArrayBuffer(8), new MessageChannel().port1],
  transferResult: false,
};
true satisfies Equal<ReturnType<typeof task.with>, Task<Handlers>>;
task.with(dispatchOptions).with({ key: 'b' }).sum(1) satisfies Promise<number>;

task.with({ onProgress: (done) => void (true satisfies Equal<typeof done, any>) });
task.with<number>({ onProgress: (done) => void (true satisfies Equal<typeof done, number>) });
({ onProgress: (done) => void done.rows }) satisfies DispatchOptions<{ rows: number }>;

// @ts-expect-error: progress of another type
task.with<number>({ onProgress: (done: string) => done });
// @ts-expect-error: options are required
task.with();
// @ts-expect-error: no such option
task.with({ abort: signal });
// @ts-expect-error: not a signal
task.with({ signal: new AbortController() });
// @ts-expect-error: a list of them
task.with({ transfer: new ArrayBuffer(8) });
// @ts-expect-error: not a trace
task.with({ trace: 'id' });

// A task's own members

task.startWorkers() satisfies void;
task.stopWorkers() satisfies void;
task.dispose() satisfies void;
{
  using disposed = task;
  disposed satisfies Disposable;
}
const state = task.getState();
true satisfies Equal<typeof state, TaskState>;
true satisfies Equal<typeof state.type, 'parallel' | 'singleton'>;
true satisfies Equal<typeof state.workerStatus, 'running' | 'stopped' | 'crashed'>;
true satisfies Equal<typeof state.queuePolicy, 'block' | 'reject' | 'drop-latest' | 'drop-oldest'>;
true satisfies Equal<typeof state.inFlightByWorker, number[]>;
true satisfies Equal<
  typeof state.lastCrash,
  { ts: number; error: string; workerIndex: number } | undefined
>;
type Counters =
  | 'poolSize'
  | 'activeWorkers'
  | 'totalDispatched'
  | 'inFlight'
  | 'pending'
  | 'waiting'
  | 'maxInFlight'
  | 'maxQueueDepth';
true satisfies Equal<TaskState[Counters], number>;
true satisfies Equal<
  keyof TaskState,
  Counters | 'type' | 'workerStatus' | 'queuePolicy' | 'inFlightByWorker' | 'lastCrash'
>;

// Snapshots

const [snapshot] = runtime.getRuntimeSnapshot().tasks;
snapshot satisfies TaskState | undefined;
true satisfies Equal<NonNullable<typeof snapshot>['taskId'], string>;
true satisfies Equal<NonNullable<typeof snapshot>['taskName'], string | undefined>;
true satisfies Equal<NonNullable<typeof snapshot>['init'], 'lazy' | 'eager'>;
const unsubscribe = runtime.subscribeRuntimeSnapshot(
  (state) => void (true satisfies Equal<typeof state, RuntimeSnapshot>)
);
true satisfies Equal<typeof unsubscribe, () => void>;
const often = { intervalMs: 100, emitImmediately: false, onlyOnChange: true };
runtime.subscribeRuntimeSnapshot(() => {}, often);
// @ts-expect-error: no such option
runtime.subscribeRuntimeSnapshot(() => {}, { interval: 100 });
// @ts-expect-error: no listener
runtime.subscribeRuntimeSnapshot({ intervalMs: 100 });

// Traces

runtime.trace('name', () => 1) satisfies Promise<number>;
const traced = runtime.trace('name', async (trace) => {
  true satisfies Equal<typeof trace, Trace>;
  true satisfies Equal<ReturnType<typeof trace.with<Handlers>>, Task<Handlers>>;
  const inside = trace.with(task);
  true satisfies Equal<typeof inside, Task<Handlers>>;
  return (await inside.resize(picture, 1)).width;
});
true satisfies Equal<typeof traced, Promise<number>>;
const unnamed = runtime.trace((trace) => task.with({ trace }).decode(new Blob()));
true satisfies Equal<typeof unnamed, Promise<Picture>>;
const either = runtime.trace((trace) => (trace.name ? 2 : Promise.resolve(1)));
true satisfies Equal<typeof either, Promise<number>>;
// @ts-expect-error: no function
runtime.trace('name');
// @ts-expect-error: a name is a string
runtime.trace(1, () => {});

{
  using trace = runtime.startTrace('name');
  trace satisfies Trace;
  true satisfies Equal<typeof trace.id, string>;
  true satisfies Equal<typeof trace.name, string | undefined>;
  const length = trace.run(() => trace.id.length);
  true satisfies Equal<typeof length, number>;
  trace.end();
  trace.end({ error: new Error('no') }) satisfies void;
  // @ts-expect-error: read only
  trace.id = 'other';
  // @ts-expect-error: read only
  trace.name = 'other';
  // @ts-expect-error: no task
  trace.with({ resize: () => {} });
}
runtime.startTrace();

// The rest of a runtime

runtime.clearMeasures();
runtime.clearMeasures({ traceId: 'a', taskId: 'b', spanId: 'c' }) satisfies void;
// @ts-expect-error: no such filter
runtime.clearMeasures({ method: 'resize' });
runtime.drain() satisfies Promise<void>;
runtime.dispose() satisfies Promise<void>;
{
  await using disposed = runtime;
  disposed satisfies AsyncDisposable;
}
true satisfies Equal<typeof runtime.abortTaskController, AbortTaskController>;
const { abortTaskController } = runtime;
abortTaskController.signalFor('key') satisfies AbortSignal;
abortTaskController.isAborted('key') satisfies boolean;
abortTaskController.abort('key') satisfies void;
abortTaskController.abortMany(['key']) satisfies void;
abortTaskController.clear('key') satisfies void;
abortTaskController.clearAll() satisfies void;
// @ts-expect-error: keys are strings
abortTaskController.abort(1);
// @ts-expect-error: read only
runtime.abortTaskController = abortTaskController;

// Errors

const crashed = new WorkerCrashedError('text', { taskId: 'resize', workerIndex: 0 });
crashed satisfies Error;
true satisfies Equal<typeof crashed.taskId, string>;
true satisfies Equal<typeof crashed.workerIndex, number>;
true satisfies Equal<typeof crashed.cause, unknown>;
declare const failure: unknown;
if (failure instanceof QueueFullError) true satisfies Equal<typeof failure.taskId, string>;
if (failure instanceof QueueDropError) true satisfies Equal<typeof failure.taskId, string>;
if (failure instanceof TaskDisposedError) true satisfies Equal<typeof failure.taskId, string>;
if (failure instanceof UnknownMethodError) {
  true satisfies Equal<typeof failure.method, string>;
  true satisfies Equal<typeof failure.methods, string[]>;
}
if (failure instanceof NotIsolatedError) failure.message satisfies string;

// parallelLimit()

({ errorPolicy: 'continue', returnSettled: true }) satisfies ParallelLimitOptions<string, true>;
const results = parallelLimit(['a', 'b'], 2, async (item, { index, signal }) => {
  true satisfies Equal<typeof item, string>;
  true satisfies Equal<typeof index, number>;
  return task.with({ signal }).sum(index);
});
for await (const result of results) true satisfies Equal<typeof result, number>;
const settled = parallelLimit(new Set([1]), 2, String, { returnSettled: true });
for await (const result of settled) {
  true satisfies Equal<typeof result.item, number>;
  if (result.status === 'fulfilled') true satisfies Equal<typeof result.value, string>;
  else true satisfies Equal<typeof result.reason, unknown>;
}
const promised = parallelLimit([Promise.resolve(1)], 1, (item) => item);
for await (const result of promised) true satisfies Equal<typeof result, number>;
async function* generate() {
  yield picture;
}
parallelLimit(generate(), 1, ({ width }) => width, {
  errorPolicy: 'continue',
  onError: (error, { width }, index) => console.log(error, width, index),
  signal,
  abortTaskController: runtime.abortTaskController,
  keyOf: ({ width }) => String(width),
}) satisfies AsyncIterable<number>;

// @ts-expect-error: not iterable
parallelLimit(1, 1, String);
// @ts-expect-error: no limit
parallelLimit([1], String);
// @ts-expect-error: not a policy
parallelLimit([1], 1, String, { errorPolicy: 'stop' });
// @ts-expect-error: no such option
parallelLimit([1], 1, String, { concurrency: 1 });

// callback(): a function of this thread for a parameter that is one of the worker's

declare const calledBack: Task<{
  render(scene: string, onStep: (done: number) => Promise<void>): Promise<string>;
  ask(options: { name: string; ask?: (question: string) => Promise<boolean> }): boolean;
  all(...steps: ((done: number) => Promise<unknown>)[]): void;
  tell(onStep: (done: number) => void): void;
}>;
calledBack.render(
  'scene',
  callback((done) => void (done satisfies number))
) satisfies Promise<string>;
calledBack.render(
  'scene',
  callback(async (done: number) => {
    done.toFixed();
  })
);
calledBack.ask({ name: 'a', ask: callback((question) => question.length > 0) });
calledBack.ask({ name: 'a', ask: callback(async (question: string) => question === '') });
calledBack.all(
  callback((done: number) => done),
  callback(() => {})
);
calledBack.tell(callback((done) => console.log(done.toFixed())));
const ofText = callback((done: string) => void done);
// @ts-expect-error: it is given a number
calledBack.render('scene', ofText);
// @ts-expect-error: it has to return a boolean
calledBack.ask({ name: 'a', ask: callback(() => 'yes') });
// @ts-expect-error: no function
callback(5);
const asked = callback(async (a: string, b?: Date) => [a, b]);
true satisfies Equal<typeof asked, (a: string, b?: Date) => Promise<(string | Date | undefined)[]>>;
const counted = callback(() => 1);
true satisfies Equal<typeof counted, () => Promise<number>>;

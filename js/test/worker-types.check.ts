/** Type tests of `atelier-wasm/worker`, and of what the main thread sees of handlers. */
import type { Task, TaskResult, TaskStream } from 'atelier-wasm';
import { expose, withContext } from 'atelier-wasm/worker';
import type { TaskContext } from 'atelier-wasm/worker';

type Equal<A, B> =
  (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;

// The context

declare const ctx: TaskContext;
true satisfies Equal<typeof ctx.signal, AbortSignal>;
true satisfies Equal<typeof ctx.aborted, boolean>;
true satisfies Equal<typeof ctx.callId, string>;
true satisfies Equal<typeof ctx.spanId, string | undefined>;
true satisfies Equal<typeof ctx.traceId, string | undefined>;
true satisfies Equal<typeof ctx.key, string | undefined>;
ctx.throwIfAborted() satisfies void;
ctx.progress({ done: 0.5 }) satisfies void;
// @ts-expect-error: read only
ctx.aborted = true;

// withContext(): the handler without its first parameter

const sync = withContext((ctx, width: number) => (ctx.aborted ? 0 : width));
true satisfies Equal<typeof sync, (width: number) => number>;
const promised = withContext(async (ctx, text: string, by: number = 2, last?: Date) => {
  true satisfies Equal<typeof ctx, TaskContext>;
  return text.length * by + Number(last);
});
true satisfies Equal<typeof promised, (text: string, by?: number, last?: Date) => Promise<number>>;
const onlyContext = withContext((ctx) => ctx.callId);
true satisfies Equal<typeof onlyContext, () => string>;
const none = withContext(() => 1);
true satisfies Equal<typeof none, () => number>;
const rest = withContext((_ctx, first: string, ...numbers: number[]) => [first, ...numbers]);
true satisfies Equal<typeof rest, (first: string, ...numbers: number[]) => (string | number)[]>;
const typed = withContext(function (ctx: TaskContext, width: number) {
  return ctx.key ?? this.name ?? width;
});
typed(1);
const rows = withContext(async function* (ctx, count: number) {
  for (let i = 0; i < count && !ctx.aborted; i++) yield i;
  return 'end';
});
true satisfies Equal<typeof rows, (count: number) => AsyncGenerator<number, string, unknown>>;
const reports = withContext(async (ctx: TaskContext<number>, text: string) => {
  ctx.progress(0.5);
  // @ts-expect-error: it passes numbers
  ctx.progress(text);
  return text;
});
true satisfies Equal<typeof reports, (text: string) => Promise<string>>;
const generic = withContext(
  async <V, K extends keyof V>(_ctx: TaskContext, of: V, key: K) => of[key]
);
generic({ width: 1 }, 'width') satisfies Promise<number>;
// @ts-expect-error: no key of it
generic({ width: 1 }, 'height');
declare function overloaded(ctx: TaskContext, text: string): string;
declare function overloaded(ctx: TaskContext, width: number): number;
const last = withContext(overloaded); // TypeScript infers from the last signature
last(1) satisfies number;
// @ts-expect-error: the first signature
last('text');

// @ts-expect-error: no function
withContext({ run: () => 1 });
// @ts-expect-error: the context comes first
withContext((width: number, ctx: TaskContext) => ctx.key ?? width);

// expose()

const handlers = {
  sync,
  promised,
  onlyContext,
  rows,
  generic,
  plain: (a: number, b?: string) => `${a}${b}`,
  scale: (x: number, by = 10) => x * by,
  nothing() {},
  max: Math.max,
  list: (...numbers: number[]) => numbers,
  anything: (value: any) => value,
  unknown: (value: unknown) => value,
  options: (options: { signal?: AbortSignal }) => options,
  pick: async <V>(values: V[], at = 0) => values[at],
  first: <V>(values: V[]) => values[0],
};

expose(handlers) satisfies void;
// @ts-expect-error: no handlers
expose();
// @ts-expect-error: no object
expose('handlers');

// The task of such handlers

declare const task: Task<typeof handlers>;
true satisfies Equal<typeof task.sync, (width: number) => Promise<number>>;
true satisfies Equal<
  typeof task.promised,
  (text: string, by?: number, last?: Date) => Promise<number>
>;
true satisfies Equal<typeof task.onlyContext, () => Promise<string>>;
true satisfies Equal<typeof task.plain, (a: number, b?: string) => Promise<string>>;
true satisfies Equal<typeof task.scale, (x: number, by?: number) => Promise<number>>;
true satisfies Equal<typeof task.max, (...values: number[]) => Promise<number>>;
true satisfies Equal<typeof task.nothing, () => Promise<void>>;
true satisfies Equal<typeof task.list, (...numbers: number[]) => Promise<number[]>>;
true satisfies Equal<typeof task.unknown, (value: unknown) => Promise<unknown>>;
true satisfies Equal<Awaited<ReturnType<typeof task.rows>>, TaskStream<number, string>>;
task.anything('value');
// @ts-expect-error: an argument is too many
task.nothing(1);
// @ts-expect-error: the worker adds the context
task.sync(1, ctx);

// A handler that returns a promise keeps its type parameters, another has what they extend
true satisfies Equal<typeof task.pick, <V>(values: V[], at?: number) => Promise<V>>;
true satisfies Equal<typeof task.generic, typeof generic>;
true satisfies Equal<typeof task.first, (values: unknown[]) => Promise<unknown>>;

// Overloads of handlers that return promises are kept too
declare const loads: Task<{
  load(url: string): Promise<string>;
  load(urls: string[]): Promise<string[]>;
}>;
true satisfies Equal<ReturnType<typeof loads.load>, Promise<string[]>>;
loads.load('url') satisfies Promise<string>;
loads.load(['url']) satisfies Promise<string[]>;

// An instance

class Base {
  inherited() {
    return 1n;
  }
}
class Counter extends Base {
  total = 0;
  #hidden = 1;
  private secret() {
    return this.#hidden;
  }
  get half() {
    return this.total / 2 + this.secret();
  }
  add(by = 1) {
    this.total += by;
    return this.total;
  }
  async bound(this: Counter, by: number) {
    return this.add(by);
  }
  run = withContext(async (ctx, by?: number) => {
    ctx.throwIfAborted();
    return this.add(by);
  });
}
expose(new Counter()) satisfies void;
declare const counter: Task<Counter>;
true satisfies Equal<typeof counter.add, (by?: number) => Promise<number>>;
true satisfies Equal<typeof counter.run, (by?: number) => Promise<number>>;
true satisfies Equal<typeof counter.bound, (by: number) => Promise<number>>;
true satisfies Equal<typeof counter.inherited, () => Promise<bigint>>;
// @ts-expect-error: a field
void counter.total;
// @ts-expect-error: a getter
void counter.half;
// @ts-expect-error: private
void counter.secret;

true satisfies Equal<TaskResult<any>, Promise<any> & AsyncIterable<any>>;
true satisfies Equal<ReturnType<typeof task.anything>, TaskResult<any>>;
String(task) satisfies string;
true satisfies Equal<ReturnType<typeof task.toString>, string>;

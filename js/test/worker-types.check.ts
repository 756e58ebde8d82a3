/** Type tests of `atelier-wasm/worker`, and of what the main thread sees of handlers. */
import type { StripTaskContext as StripOnMain, Task } from 'atelier-wasm';
import { expose } from 'atelier-wasm/worker';
import type { StripTaskContext, TaskContext } from 'atelier-wasm/worker';

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

// expose()

const handlers = {
  sync: (width: number, ctx: TaskContext) => (ctx.aborted ? 0 : width),
  async promised(text: string, ctx: TaskContext) {
    ctx.throwIfAborted();
    return text.length;
  },
  plain: (a: number, b?: string) => `${a}${b}`,
  nothing() {},
  onlyContext: (ctx: TaskContext) => ctx.callId,
  optional(width: number, text?: string, ctx?: TaskContext) {
    return ctx?.key ?? text ?? width;
  },
  list: (...numbers: number[]) => numbers,
  anything: (value: any) => value,
  unknown: (value: unknown) => value,
  options: (options: { signal?: AbortSignal }) => options,
  version: '1.0',
};

expose(handlers) satisfies void;
expose(
  new (class {
    add(a: number, b: number) {
      return a + b;
    }
  })()
);
// @ts-expect-error: no handlers
expose();
// @ts-expect-error: no object
expose('handlers');

// StripTaskContext: the same from both entries

type Api = StripTaskContext<typeof handlers>;
true satisfies Equal<StripOnMain<typeof handlers>, Api>;
true satisfies Equal<Api['sync'], (width: number) => number>;
true satisfies Equal<Api['promised'], (text: string) => Promise<number>>;
true satisfies Equal<Api['plain'], (a: number, b?: string) => string>;
true satisfies Equal<Api['nothing'], () => void>;
true satisfies Equal<Api['onlyContext'], () => string>;
true satisfies Equal<Api['optional'], (width: number, text?: string) => string | number>;
true satisfies Equal<Api['list'], (...numbers: number[]) => number[]>;
true satisfies Equal<Api['version'], string>;

// What merely accepts a context is the caller's
true satisfies Equal<Api['anything'], (value: any) => any>;
true satisfies Equal<Api['unknown'], (value: unknown) => unknown>;
true satisfies Equal<Parameters<Api['options']>, [options: { signal?: AbortSignal }]>;

// The task of such handlers

declare const task: Task<Api>;
true satisfies Equal<typeof task.sync, (width: number) => Promise<number>>;
true satisfies Equal<typeof task.promised, (text: string) => Promise<number>>;
true satisfies Equal<typeof task.onlyContext, () => Promise<string>>;
task.anything('value');
task.optional(1);
// @ts-expect-error: an argument is too many
task.nothing(1);
// @ts-expect-error: the worker adds the context
task.sync(1, ctx);
// @ts-expect-error: no function
void task.version;

/** What app/main.js puts within the specs' reach, in the page. */
declare const atelier: typeof import('atelier-wasm');
declare const compat: typeof import('atelier-wasm/compat');
declare const loadTesting: () => Promise<typeof import('atelier-wasm/testing')>;
declare const loadHandlers: () => Promise<any>;
declare const guides: Record<string, () => Promise<any>>;
declare const workers: Record<string, () => Worker>;
declare const wasmUrls: Record<import('atelier-wasm').RuntimeMode, string>;
declare const values: typeof import('../js/test/values/compare.js');
declare const runCallbackPrograms: typeof import('../js/test/callbacks/run.js').runCallbackPrograms;
declare const runChaos: typeof import('../js/test/chaos/scenario.js').runChaos;
declare const runPrograms: typeof import('../js/test/programs/scenario.js').runPrograms;
declare const runFuzz: typeof import('../js/test/fuzz/run.js').runFuzz;
declare const runTracePrograms: typeof import('../js/test/trace-programs/run.js').runTracePrograms;
declare const runTraceRows: (
  platform: Parameters<typeof import('../js/test/trace-programs/rows.js').runRows>[0]
) => Promise<string[]>;
declare const runTraces: typeof import('../js/test/traces/scenario.js').runTraces;

interface Rejection {
  resolved?: any;
  name: string;
  message: string;
  code?: unknown;
  stack?: string;
  cause?: string;
  taskId?: string;
  workerIndex?: number;
}
declare function rejection(promise: Promise<unknown>): Promise<Rejection>;

interface Entry {
  name: string;
  entryType: string;
  startTime: number;
  duration: number;
  detail: any;
}
declare function ours(type: string): Entry[];
declare function observe(init: PerformanceObserverInit): {
  seen: Entry[];
  collected(count: number): Promise<Entry[]>;
};

/** What the page of start.spec.js has beside `atelier`. */
declare const warnings: string[];
declare function taskOf(
  runtime: import('atelier-wasm').TaskRuntime,
  script: string,
  config?: Partial<import('atelier-wasm').TaskConfig>
): any;

/** Made by network-app/vite.config.js. */
declare module 'virtual:large' {
  export const count: number;
}

/** What the page of network.spec.js has. */
declare function start(
  kinds: string[],
  count: number
): Promise<{ calls: number; messages: number }>;

/** What the page of frozen.spec.js has. */
declare const frozenMs: Promise<number>;
declare const results: Promise<string[]>;

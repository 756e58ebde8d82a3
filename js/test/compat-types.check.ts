/** Type tests of `atelier-wasm/compat`; see types.check.ts. */
import { createTelemetryStore } from 'atelier-wasm/compat';
import type { TaskTelemetry, TelemetryState, TelemetryStore } from 'atelier-wasm/compat';

/** Exactly the same type: `any` and `readonly` count. */
type Equal<A, B> =
  (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;

const store = createTelemetryStore();
true satisfies Equal<typeof store, TelemetryStore>;
createTelemetryStore({ maxSamples: 100 });

// @ts-expect-error: no such option
createTelemetryStore({ samples: 100 });
// @ts-expect-error: not a number
createTelemetryStore({ maxSamples: '100' });

const state = store.getState();
true satisfies Equal<typeof state, TelemetryState>;
true satisfies Equal<typeof state.tasks, Record<string, TaskTelemetry>>;
true satisfies Equal<typeof state.count, number>;
const { resize } = state.tasks;
true satisfies Equal<typeof resize.taskName, string | undefined>;
true satisfies Equal<typeof resize.canceled, number>;
true satisfies Equal<typeof resize.durationMs.p50, number>;
true satisfies Equal<typeof resize.queueWaitMs.p95, number>;
true satisfies Equal<typeof resize.lastError, string | undefined>;
// @ts-expect-error: absent as long as no handler has ended
resize.executionMs.p50;
// @ts-expect-error: read only
store.reset = () => {};

store.reset() satisfies void;
store.dispose() satisfies void;
{
  using disposed = createTelemetryStore();
  disposed satisfies Disposable;
}

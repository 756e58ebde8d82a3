import { createTaskRuntime, type Task } from 'atelier-wasm';
import type { Primes } from './primes.worker';

let task: Promise<Task<Primes>> | undefined;

/** The page's task, made when it is first needed: in the browser, never while the server renders. */
export function primesTask(): Promise<Task<Primes>> {
  task ??= createTaskRuntime().then((runtime) =>
    runtime.defineTask<Primes>({
      type: 'parallel',
      worker: () => new Worker(new URL('./primes.worker.ts', import.meta.url), { type: 'module' }),
    })
  );
  return task;
}

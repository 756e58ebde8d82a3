import { createTaskRuntime, type Task } from 'atelier-wasm';
import type { Primes } from './primes.worker';

let task: Promise<Task<Primes>> | undefined;

/** The task, made when it is first needed, and so never on the server. */
export function primesTask() {
  task ??= createTaskRuntime().then((runtime) =>
    runtime.defineTask<Primes>({
      type: 'parallel',
      worker: () => new Worker(new URL('./primes.worker', import.meta.url), { type: 'module' }),
    })
  );
  return task;
}

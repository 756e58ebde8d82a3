/** @file What becomes of calls whose workers end: comlink's and ours. */
import { createTaskRuntime } from 'atelier-wasm';
import { wrap } from 'comlink';

const makeBroken = () =>
  new Worker(new URL('./broken.worker.js', import.meta.url), { type: 'module' });
const makeTheirs = () =>
  new Worker(new URL('./comlink.worker.js', import.meta.url), { type: 'module' });
const makeOurs = () =>
  new Worker(new URL('./atelier.worker.js', import.meta.url), { type: 'module' });

/** Resolves to how calls of comlink's have ended when a later call on another worker has. */
export async function withComlink() {
  const broken = makeBroken();
  const failed = new Promise((resolve) => broken.addEventListener('error', resolve));
  const ended = makeTheirs();
  await wrap(ended).ping();
  const calls = [wrap(broken).ping(), wrap(ended).wait()];
  const states = calls.map(() => 'pending');
  calls.forEach((call, i) => {
    const settled = () => void (states[i] = 'settled');
    call.then(settled, settled);
  });
  await failed;
  ended.terminate();
  await wrap(makeTheirs()).ping();
  return states;
}

/** Resolves to how the same calls of ours end. */
export async function withAtelier() {
  const runtime = await createTaskRuntime();
  const broken = runtime.defineTask({ type: 'singleton', worker: makeBroken, crashMaxRetries: 0 });
  /** @type {Worker[]} */
  const made = [];
  const ended = runtime.defineTask({
    type: 'singleton',
    worker() {
      made.push(makeOurs());
      return made[made.length - 1];
    },
  });
  /** @type {Promise<unknown>[]} */
  const calls = [broken.ping()];
  await new Promise((onProgress) => calls.push(ended.with({ onProgress }).wait()));
  made[0].terminate();
  const names = await Promise.all(calls.map((call) => call.catch((error) => error.name)));
  await runtime.dispose();
  return names;
}

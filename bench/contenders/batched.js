import { byHand } from './contender.js';

/** By hand, with the calls of one tick in one message to each worker, and their results in one. */
export const batched = byHand('batched', start);

function start() {
  const worker = new Worker(new URL('./batched.worker.js', import.meta.url), { type: 'module' });
  /** @type {Map<number, { resolve: (result: any) => void, reject: (error: any) => void }>} */
  const waiting = new Map();
  /** @type {{ calls: [id: number, method: string, args: any[]][], transfer: Transferable[] }} */
  let batch = { calls: [], transfer: [] };
  let lastId = 0;
  worker.onmessage = ({ data }) => {
    for (const { id, result, error } of data) {
      const call = waiting.get(id);
      waiting.delete(id);
      if (error) call?.reject(error);
      else call?.resolve(result);
    }
  };
  const flush = () => {
    const { calls, transfer } = batch;
    batch = { calls: [], transfer: [] };
    worker.postMessage(calls, transfer);
  };
  /** @type {import('./contender.js').Send} */
  const send = (method, args, transfer) =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, { resolve, reject });
      if (batch.calls.length === 0) queueMicrotask(flush);
      batch.calls.push([id, method, args]);
      batch.transfer.push(...transfer);
    });
  return { worker, send };
}

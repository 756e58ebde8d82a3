import { byHand } from './contender.js';

/** As one would write it by hand: an id for each call, a map of those that wait. */
export const postMessage = byHand('postMessage', start);

function start() {
  const worker = new Worker(new URL('./post-message.worker.js', import.meta.url), {
    type: 'module',
  });
  /** @type {Map<number, { resolve: (result: any) => void, reject: (error: any) => void }>} */
  const waiting = new Map();
  let lastId = 0;
  worker.onmessage = ({ data: { id, result, error } }) => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (error) call?.reject(error);
    else call?.resolve(result);
  };
  /** @type {import('./contender.js').Send} */
  const send = (method, args, transfer) =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, method, args }, transfer);
    });
  return { worker, send };
}

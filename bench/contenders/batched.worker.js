import { handlers } from './handlers.js';

/** @param {[id: number, method: string, args: any[]]} call */
async function run([id, method, args]) {
  try {
    return { id, result: await /** @type {any} */ (handlers)[method](...args), method };
  } catch (error) {
    return { id, error };
  }
}

onmessage = async ({ data }) => {
  const outcomes = await Promise.all(data.map(run));
  const moved = outcomes.filter(({ method }) => method === 'move');
  postMessage(
    outcomes.map(({ id, result, error }) => (error ? { id, error } : { id, result })),
    { transfer: moved.map(({ result }) => result) }
  );
};

import { handlers } from './handlers.js';

onmessage = async ({ data: { id, method, args } }) => {
  try {
    const result = await /** @type {any} */ (handlers)[method](...args);
    postMessage({ id, result }, { transfer: method === 'move' ? [result] : [] });
  } catch (error) {
    postMessage({ id, error });
  }
};

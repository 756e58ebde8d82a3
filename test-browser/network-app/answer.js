/**
 * Has this thread, a plain worker, answer what it is sent.
 * @param {(value: number) => unknown} add
 */
export function answer(add) {
  onmessage = async ({ data: { id, value } }) => postMessage({ id, result: await add(value) });
  postMessage('listens');
}

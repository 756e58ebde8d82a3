/**
 * Works through a list with a bounded number of items under way at once.
 *
 * @template T
 * @param {Iterable<T>} items
 * @param {number} limit
 * @param {(item: T) => Promise<unknown>} work
 * @returns {Promise<void>} rejects with the first failure, once nothing is under way any more
 */
export async function inParallel(items, limit, work) {
  const queue = Array.from(items).values();
  /** @type {unknown} */
  let failure;
  const workThrough = async () => {
    for (const item of queue) {
      if (failure) return;
      await work(item).catch((error) => (failure ??= error));
    }
  };
  await Promise.all(Array.from({ length: limit }, workThrough));
  if (failure) throw failure;
}

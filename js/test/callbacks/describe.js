/**
 * Tells what a value is made of, cycles, references and order included, as a list of lines. For the thread
 * that makes a value and for the worker that gets it.
 * @param {any} root
 * @param {(fn: any) => unknown} tell what to say of a function
 * @returns {Promise<string[]>}
 */
export async function describe(root, tell) {
  /** @type {Map<any, number>} */
  const numbers = new Map();
  /** @type {any[]} */
  const left = [];
  const told = async (/** @type {any} */ value) => {
    const isObject = typeof value === 'object' && value !== null;
    if (!isObject && typeof value !== 'function') return `${typeof value} ${String(value)}`;
    const known = numbers.get(value);
    if (known !== undefined) return `#${known}`;
    numbers.set(value, numbers.size);
    if (isObject) left.push(value);
    return `#${numbers.size - 1} ${isObject ? '' : `returns ${await tell(value)}`}`;
  };
  const lines = [await told(root)];
  for (const object of left) {
    const tag = Object.prototype.toString.call(object).slice(8, -1);
    const parts = [`#${numbers.get(object)} ${tag === 'Array' ? `Array ${object.length}` : tag}`];
    if (tag === 'Map')
      for (const entry of object) for (const one of entry) parts.push(await told(one));
    else if (tag === 'Set') for (const one of object) parts.push(await told(one));
    else if (tag === 'Date') parts.push(String(object.getTime()));
    else if (ArrayBuffer.isView(object)) parts.push(String(object));
    else for (const key of Object.keys(object)) parts.push(`${key}: ${await told(object[key])}`);
    lines.push(parts.join(', '));
  }
  return lines;
}

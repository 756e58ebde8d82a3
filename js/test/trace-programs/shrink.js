/** @file Makes a program that fails smaller, as long as it fails. */

/**
 * @typedef {import('./program.js').Program} Program
 */

/**
 * @param {Program} program
 * @param {(smaller: Program) => Promise<boolean>} fails
 * @param {number} limitMs
 * @returns {Promise<Program>}
 */
export async function shrink(program, fails, limitMs) {
  const endMs = performance.now() + limitMs;
  let current = program;
  search: for (;;) {
    for (const smaller of smallerThan(current)) {
      if (performance.now() > endMs) return current;
      if (!(await fails(smaller))) continue;
      current = smaller;
      continue search;
    }
    return current;
  }
}

/**
 * What has one thing less, the smallest first.
 * @param {any} node an object or a list of a program
 * @returns {Generator<any, void>}
 */
function* smallerThan(node) {
  if (Array.isArray(node)) {
    yield* smallerLists(node);
    return;
  }
  for (const [name, part] of Object.entries(node)) {
    if (typeof part !== 'object') continue;
    if (isWork(part)) for (const inner of worksIn(part)) yield { ...node, [name]: inner };
    for (const smaller of smallerThan(part)) yield { ...node, [name]: smaller };
  }
  for (const name of ['by', 'throws', 'leaves', 'sync']) {
    if (node[name]) yield { ...node, [name]: name === 'by' ? undefined : false };
  }
  if (node.count > 2) yield { ...node, count: 2 };
}

/**
 * @param {any[]} list of statements, bodies or works
 * @returns {Generator<any[], void>}
 */
function* smallerLists(list) {
  for (let size = list.length; size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < list.length; at += size) yield list.toSpliced(at, size);
  }
  for (const [i, item] of list.entries()) {
    for (const body of bodiesIn(item)) yield list.toSpliced(i, 1, ...body);
    if (isWork(item)) for (const inner of worksIn(item)) yield list.with(i, inner);
    for (const smaller of smallerThan(item)) yield list.with(i, smaller);
  }
}

/** @param {any} item */
const isWork = (item) => item !== null && typeof item === 'object' && 'w' in item;

/**
 * @param {any} item
 * @returns {any[][]} the bodies that can be in a statement's place
 */
function bodiesIn(item) {
  if (Array.isArray(item) || isWork(item)) return [];
  const bodies = [];
  if (item.body) bodies.push(item.body);
  if (item.work?.body) bodies.push(item.work.body);
  if (item.work && item.do !== 'await') bodies.push([{ do: 'await', work: item.work }]);
  return bodies;
}

/**
 * @param {any} work
 * @returns {any[]} those that can be in its place
 */
const worksIn = ({ parts = [], first }) => [...parts, ...(first ? [first] : [])];

/** @file Makes a program that shows a failure smaller, as long as it shows it. */

/** @typedef {import('./generate.js').Program} Program */

/** So many smaller ones are tried. */
const MAX_TRIES = 400;

/**
 * @param {Program} program
 * @param {(smaller: Program) => Promise<boolean>} fails
 * @returns {Promise<Program>}
 */
export async function shrink(program, fails) {
  let tries = 0;
  let current = program;
  search: for (;;) {
    for (const smaller of smallerThan(current)) {
      if (tries++ === MAX_TRIES) return current;
      if (await fails(smaller)) {
        current = smaller;
        continue search;
      }
    }
    return current;
  }
}

/**
 * Programs with one thing less, the smallest first.
 * @param {any} program
 * @returns {Generator<any, void>}
 */
function* smallerThan(program) {
  const [kind] = program;
  if (kind === 'primitive') {
    if (program[1] > 0) yield ['primitive', 0];
    return;
  }
  yield ['primitive', 1];
  for (const [i, part] of program.entries()) {
    if (i === 0) continue;
    if (isProgram(part)) {
      yield part;
      for (const smaller of smallerThan(part)) yield replace(program, i, smaller);
    } else if (Array.isArray(part)) {
      for (const smaller of smallerLists(part)) yield replace(program, i, smaller);
    } else if (part > 0) {
      yield replace(program, i, 0);
    }
  }
}

/**
 * @param {any[]} list of programs, or of keys and programs
 * @returns {Generator<any[], void>}
 */
function* smallerLists(list) {
  for (const i of list.keys()) yield list.filter((_, at) => at !== i);
  for (const [i, item] of list.entries()) {
    const program = isProgram(item) ? item : item[1];
    if (!program) continue; // a hole
    for (const smaller of smallerThan(program)) {
      yield replace(list, i, isProgram(item) ? smaller : [item[0], smaller]);
    }
    if (!isProgram(item) && item[0] !== 'a') yield replace(list, i, ['a', program]);
  }
}

const KINDS = ['primitive', 'object', 'array', 'again', 'getter', 'proxy', 'builtIn'];

/** @param {any} part */
const isProgram = (part) => Array.isArray(part) && KINDS.includes(part[0]) && part.length > 1;

/**
 * @param {any[]} list
 * @param {number} index
 * @param {any} value
 */
const replace = (list, index, value) => list.map((item, i) => (i === index ? value : item));

/**
 * @typedef {object} Size
 * @property {string} name
 * @property {number} edge the longer edge, in pixels
 */

/**
 * What every picture is resized to. The largest comes first: it takes longest, so a worker should
 * begin with it.
 * @type {readonly Size[]}
 */
export const SIZES = [
  { name: 'Large', edge: 1440 },
  { name: 'Medium', edge: 720 },
  { name: 'Thumbnail', edge: 240 },
];

/** Which of them is analyzed: large enough to be true, small enough to be quick. */
export const ANALYZED = 1;

/**
 * @file The picture as the pipeline hands it on. A plain object, because an ImageData cannot lie in
 * shared memory.
 */

/**
 * @typedef {object} Pixels
 * @property {number} width
 * @property {number} height
 * @property {Uint8ClampedArray} data sRGB with straight alpha, RGBA, row by row
 */

/**
 * Called now and then by algorithms that take long; throws to end them.
 * @typedef {() => void} Checkpoint
 */

export {};

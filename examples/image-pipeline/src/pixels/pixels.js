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
 * Called now and then by algorithms that take long, with the share of their work that is done, 0 to 1;
 * throws to end them.
 * @typedef {(share: number) => void} Checkpoint
 */

export {};

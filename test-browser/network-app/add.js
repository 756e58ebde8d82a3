/** What each worker does with what it is given: the same by a call and by a plain message. */
export const add = (/** @type {number} */ value) => value + 1;

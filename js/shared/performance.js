/** The clock and the timeline as they were at import, like what is in timers.js. */
export const { performance } = globalThis;

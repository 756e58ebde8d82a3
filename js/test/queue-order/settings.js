/** @file How many cases run: `QUEUE_CASES` of them, from the seed `QUEUE_SEED` on. */
const { QUEUE_CASES, QUEUE_SEED } = process.env;

export const IS_LONG = QUEUE_CASES !== undefined;
export const CASES = Number(QUEUE_CASES ?? 300);
export const FIRST_SEED = Number(QUEUE_SEED ?? 1);
export const TIMEOUT_MS = 400_000 + CASES * 100;

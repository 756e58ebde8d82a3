/**
 * @file How many programs of callbacks there are, in both suites: `CALLBACK_PROGRAMS` from the seed
 * `CALLBACK_SEED` on.
 */
const { CALLBACK_PROGRAMS, CALLBACK_SEED } = process.env;

export const IS_LONG = CALLBACK_PROGRAMS !== undefined;
export const PROGRAMS = Number(CALLBACK_PROGRAMS ?? 150);
export const SEED = Number(CALLBACK_SEED ?? 1);
export const TIMEOUT_MS = 60_000 + PROGRAMS * 200;

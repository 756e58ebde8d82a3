/**
 * @file How many programs run, in both suites: `TRACE_PROGRAMS` of them, from the seed `TRACE_SEED` on.
 * Each seed makes one program.
 */
const { TRACE_PROGRAMS: count, TRACE_SEED } = process.env;

export const IS_LONG = count !== undefined;
export const PROGRAMS = Number(count ?? 100);
export const FIRST_SEED = Number(TRACE_SEED ?? 1);
export const TIMEOUT_MS = 120_000 + PROGRAMS * 100;

/**
 * @file How many programs run, in both suites: `PROGRAMS` of them, from the seed `PROGRAM_SEED` on.
 * Each seed makes one runtime and the programs that run on it.
 */
const { PROGRAMS: count, PROGRAM_SEED, PROGRAM_LANES } = process.env;

export const IS_LONG = count !== undefined;
export const PROGRAMS = Number(count ?? 300);
export const LANES = Number(PROGRAM_LANES ?? 4);
export const FIRST_SEED = Number(PROGRAM_SEED ?? 1);
export const TIMEOUT_MS = 120_000 + PROGRAMS * 50;

/** @file How many random values there are, in both suites: `FUZZ_VALUES` from the seed `FUZZ_SEED`. */
const { FUZZ_SEED, FUZZ_VALUES } = process.env;

export const VALUES = Number(FUZZ_VALUES ?? 6000);
export const SEED = Number(FUZZ_SEED ?? 1);
export const TIMEOUT_MS = 60_000 + VALUES * 5;

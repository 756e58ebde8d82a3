/**
 * @file How long the chaos runs are, in both suites: `CHAOS_SEEDS` runs from the seed `CHAOS_SEED`
 * on, each of `CHAOS_ROUNDS` rounds.
 */
const { CHAOS_ROUNDS, CHAOS_SEED, CHAOS_SEEDS } = process.env;

export const ROUNDS = Number(CHAOS_ROUNDS ?? 25);
const first = Number(CHAOS_SEED ?? 1);
const count = Number(CHAOS_SEEDS ?? (CHAOS_SEED ? 1 : 3));
export const SEEDS = Array.from({ length: count }, (_, i) => first + i);
export const TIMEOUT_MS = 200_000 + ROUNDS * 1000;

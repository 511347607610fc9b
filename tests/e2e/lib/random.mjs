// Chance that can be repeated: E2E_SEED takes the seed that a failed test named.
import { randomInt } from 'node:crypto';

/** { seed, below }: `below(n)` is a whole number from 0, less than n. */
export function seededRandom(seed = Number(process.env.E2E_SEED ?? randomInt(2 ** 32))) {
  let state = seed;
  const below = (n) => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * n);
  };
  return { seed, below };
}

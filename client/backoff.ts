const BASE = 500
const CAP = 30_000

/**
 * Milliseconds until the next attempt, exponential with full jitter: anything between nothing and the bound, so that
 * a thousand browsers that lost the same server do not come back in step.
 * @param attempt how many attempts have failed before, from 0
 */
export function fullJitter(attempt: number, random: () => number, base = BASE, cap = CAP): number {
  return random() * Math.min(cap, base * 2 ** Math.min(attempt, 20))
}

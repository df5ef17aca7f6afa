import { CLOSE } from '#shared/protocol/server'

const BASE_DELAY_MS = 500
const MAX_DELAY_MS = 30_000
/** Milliseconds over which clients come back when a server tells them that it goes away. */
const GOING_AWAY_SPREAD_MS = 5_000
/** Milliseconds over which clients come back when no server announced it. */
const CUT_SPREAD_MS = 10_000
/** A connection that lived this many milliseconds is one of many that a load balancer cuts at the same moment. */
const OLD_AFTER_MS = 60_000
/** What a browser reports when a connection ended without a close frame. */
const ABNORMAL_CLOSURE = 1006

/**
 * Milliseconds until the next attempt, exponential with full jitter: anything between nothing and the bound, so that
 * a thousand browsers that lost the same server do not come back in step.
 * @param attempt how many attempts have failed before, from 0
 */
export function fullJitter(attempt: number, random: () => number, base = BASE_DELAY_MS, cap = MAX_DELAY_MS): number {
  return random() * Math.min(cap, base * 2 ** Math.min(attempt, 20))
}

/**
 * Milliseconds until a client that lost its connection tries for the first time to come back. A deployment takes a task
 * away from all its clients at once: those are spread, whether the task announced it (1001) or the load balancer cut them
 * (1006). A connection that was young, or that the client itself gave up, failed by itself: back-off as for any failure.
 * @param code of the close; 0 when the client gave the connection up
 * @param age milliseconds since the server's hello; 0 when there was none
 * @param attempt how many attempts have failed before, from 0
 */
export function delayAfterLoss(code: number, age: number, attempt: number, random: () => number): number {
  if (code === CLOSE.goingAway) return random() * GOING_AWAY_SPREAD_MS
  if (code === ABNORMAL_CLOSURE && age >= OLD_AFTER_MS) return random() * CUT_SPREAD_MS
  return fullJitter(attempt, random)
}

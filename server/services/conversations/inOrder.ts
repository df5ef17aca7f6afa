import { AppError } from '#shared/errors'
import { config } from '../../config'
import { requireActiveMember } from './membership'

/** The most changes and sends of one person that wait in one conversation. More would delay everyone else's. */
const MAX_WAITING = 100 * Math.max(1, config.rateLimitFactor)
/** Seconds after which a person with too many waiting changes may try again. */
const RETRY_AFTER_S = 1

const last = new Map<string, Promise<unknown>>()
const waiting = new Map<string, number>()

/**
 * Runs a member's change to a conversation after all changes that were requested before it: edits, memberships,
 * settings. A check and the write that follows it therefore see the same members, and events leave in the order of the
 * writes. This holds within one process. Between processes, unique indexes and conditional writes keep the order.
 *
 * People who are no members do not enter the queue, because members would wait behind them. `run` checks again, because
 * much may have changed when its turn comes.
 * @throws AppError NOT_FOUND for people who are no members; RATE_LIMITED when too many of the caller's changes wait;
 *   what `run` throws
 */
export async function inOrder<T>(conversationId: string, userId: string, run: () => Promise<T>): Promise<T> {
  await requireActiveMember(conversationId, userId)
  return inLine(conversationId, userId, run)
}

/**
 * The same for people who are not members yet. The caller has checked before that they may join.
 * @throws AppError RATE_LIMITED, and what `run` throws
 */
export async function inLine<T>(conversationId: string, userId: string, run: () => Promise<T>): Promise<T> {
  const leave = enter(conversationId, userId)
  try {
    return await next(conversationId, run)
  } finally {
    leave()
  }
}

/**
 * Counts one more waiting change of a person in a conversation.
 * @returns a function to call when the change no longer waits
 * @throws AppError RATE_LIMITED when too many wait
 */
export function enter(conversationId: string, userId: string): () => void {
  const key = `${conversationId} ${userId}`
  const count = waiting.get(key) ?? 0
  if (count >= MAX_WAITING) throw new AppError('RATE_LIMITED', { retryAfter: RETRY_AFTER_S })
  waiting.set(key, count + 1)
  return () => {
    const left = waiting.get(key)! - 1
    if (left === 0) waiting.delete(key)
    else waiting.set(key, left)
  }
}

/** Runs something after everything that was requested before in the same conversation. */
export function next<T>(conversationId: string, run: () => Promise<T>): Promise<T> {
  const before = last.get(conversationId) ?? Promise.resolve()
  const result = before.then(run)
  const settled = result.catch(() => {})
  last.set(conversationId, settled)
  void settled.then(() => {
    if (last.get(conversationId) === settled) last.delete(conversationId)
  })
  return result
}

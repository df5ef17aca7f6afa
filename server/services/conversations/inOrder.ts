import { AppError } from '#shared/errors'
import { config } from '../../config'
import { requireActiveMember } from './membership'

/** Changes and sends of one person that may wait in one conversation: with more they would be in everyone's way. */
const MAX_WAITING = 100 * Math.max(1, config.rateLimitFactor)
/** Seconds after which whoever has too many waiting may come again. */
const RETRY_AFTER_S = 1

const last = new Map<string, Promise<unknown>>()
const waiting = new Map<string, number>()

/**
 * Runs what a member changes in one conversation one after the other, in the order it was asked for: edits,
 * memberships, settings. So a check and the write that follows it see the same members, and events leave in the order
 * of the writes. It holds within one process; between processes the unique indexes and conditional writes do.
 *
 * Whoever is no member does not enter the line, where members would wait behind them. `run` asks again, because much
 * may have changed when its turn comes.
 * @throws AppError NOT_FOUND for one who is no member; RATE_LIMITED with too many changes waiting; what `run` throws
 */
export async function inOrder<T>(conversationId: string, userId: string, run: () => Promise<T>): Promise<T> {
  await requireActiveMember(conversationId, userId)
  return inLine(conversationId, userId, run)
}

/**
 * The same for those who are no members yet, and whose coming in was looked at before.
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
 * Counts one more thing of a person that waits in a conversation.
 * @returns to be called when it waits no more
 * @throws AppError RATE_LIMITED
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

/** Runs something behind all that was asked for before in a conversation. */
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

import type { Presence } from '#shared/protocol/client'
import { logger } from '../observability/logger'
import { hub, presence } from '../realtime/tables'
import { lastSeenOf } from '../services/people/find'
import { forgetReadsShown, hidesReads } from '../services/people/readsShown'
import { hiddenPresence } from '../services/people/seen'
import type { SocketConnection } from './connection'

/** Grows with each review. What was read before one may be out of date after it. */
let reviews = 0
/** Resolves when the reviews that were asked for are done. They run one after the other, so the newest answer wins. */
let reviewing = Promise.resolve()

/**
 * Follows who of these people is online, for one connection. People whose presence its person may not see are offline,
 * and were never seen.
 */
export async function watchPresence(
  connection: SocketConnection,
  userIds: readonly string[],
): Promise<Record<string, Presence>> {
  let hidden: Set<string>
  let before: number
  do {
    before = reviews
    hidden = await hiddenPresence(connection.userId, userIds)
  } while (before !== reviews)
  const online = await presence.watch(connection, userIds, hidden)
  const lastSeen = await lastSeenOf(userIds.filter((id) => !online.has(id) && !hidden.has(id)))
  const entries = userIds.map((id) => [id, { online: online.has(id), lastSeenAt: lastSeen.get(id) ?? null }] as const)
  return Object.fromEntries(entries)
}

/**
 * Looks again what people on this task may see of others, and what they show, where one of these people is one of the
 * two.
 * @param userIds null: of everybody
 */
export function reviewVisibility(userIds: readonly string[] | null): void {
  reviews++
  forgetReadsShown(userIds)
  const review = async () => {
    for (const userId of userIds ?? hub.userIds()) hub.noteHidesReads(userId, await hidesReads(userId))
    for (const { connection, watched } of presence.concerned(userIds))
      presence.setHidden(connection, watched, await hiddenPresence(connection.userId, watched))
  }
  reviewing = reviewing.then(review).catch((error: unknown) => {
    logger.warn({ err: error }, 'what people may see of each other was not reviewed')
  })
}

import { slowModeWait } from '#shared/domain/groups'
import { AppError } from '#shared/errors'
import type { ConversationRecord } from '../../repositories/conversations'
import type { Id } from '../../repositories/id'
import type { MembershipRecord } from '../../repositories/memberships'
import { lastSentAt } from '../../repositories/messages'

/** When a member last sent or edited a message, in milliseconds since the epoch. Null: never. */
export async function lastWrittenAt(
  conversationId: Id,
  { userId, lastEditAt }: MembershipRecord,
): Promise<number | null> {
  const sentAt = await lastSentAt(conversationId, userId)
  const latest = Math.max(sentAt?.getTime() ?? 0, lastEditAt?.getTime() ?? 0)
  return latest === 0 ? null : latest
}

/**
 * The error for a member who may not write yet because of slow mode. Null: they may.
 * @param lastWritten milliseconds, as `now`; null: never
 */
export function slowModeError(
  { settings }: ConversationRecord,
  { role }: MembershipRecord,
  lastWritten: number | null,
  now: number,
): AppError | null {
  const wait = slowModeWait(settings.slowModeSeconds, role, lastWritten, now)
  if (wait === 0) return null
  return new AppError('RATE_LIMITED', { message: 'Slow mode is on here.', retryAfter: Math.ceil(wait / 1000) })
}

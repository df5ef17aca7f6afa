import { isVisible } from '#shared/domain/text/clean'
import { AppError, invalidField } from '#shared/errors'
import { LIMITS } from '#shared/limits'
import type { ChangeScheduledInput, Scheduled, ScheduleInput } from '#shared/schemas/scheduled'
import { presentScheduled } from '../../presenters/scheduled'
import { publishToUsers } from '../../realtime/publish'
import {
  changeScheduled,
  countScheduled,
  findScheduled,
  findScheduledByClientId,
  findScheduledOf,
  insertScheduled,
  removeScheduled,
  type ScheduledRecord,
} from '../../repositories/scheduled'
import { findUploads, keepUploads } from '../../repositories/uploads'
import { requireActiveMember } from '../conversations/membership'
import { notFound } from '../messages/attach'
import { wakeSender } from './sender'

/** Milliseconds that files are kept after the time of their message, for its author to change it. */
const KEEP_FILES_MS = 7 * 24 * 3_600_000

/** The caller's scheduled messages, the next one first. */
export async function listScheduled(userId: string): Promise<Scheduled[]> {
  return (await findScheduledOf(userId)).map(presentScheduled)
}

/**
 * Writes a message to be sent later. Whether it may be sent is decided at its time.
 * @returns the same one again for the same clientId
 * @throws AppError NOT_FOUND for a conversation or file that is not the caller's; INVALID for a time in the past or too
 *   far ahead, or when the caller has too many
 */
export async function scheduleMessage(
  userId: string,
  input: ScheduleInput,
): Promise<{ scheduled: Scheduled; created: boolean }> {
  const { conversationId, clientId, text, uploadIds, replyToId = null } = input
  await requireActiveMember(conversationId, userId)
  const earlier = await findScheduledByClientId(userId, clientId)
  if (earlier) return { scheduled: presentScheduled(earlier), created: false }
  const at = checkedTime(input.at)
  const max = LIMITS.scheduledMessages
  if ((await countScheduled(userId)) >= max)
    throw invalidField('at', 'too_many', `Schedule at most ${max} messages.`, { max })
  await checkUploads(userId, conversationId, uploadIds)
  await keepUploads(uploadIds, new Date(at.getTime() + KEEP_FILES_MS))
  const stored = await insertScheduled({ userId, conversationId, at, clientId, text, uploadIds, replyToId })
  if (stored.created) tell(stored.scheduled)
  wakeSender()
  return { scheduled: presentScheduled(stored.scheduled), created: stored.created }
}

/**
 * Changes time or text of a scheduled message, or sends it now. A refused one waits again.
 * @throws AppError NOT_FOUND; CONFLICT while it is being sent; INVALID
 */
export async function rescheduleMessage(userId: string, id: string, input: ChangeScheduledInput): Promise<Scheduled> {
  const known = await findScheduled(userId, id)
  if (!known) throw new AppError('NOT_FOUND')
  const text = input.text ?? known.text
  if (!isVisible(text) && known.uploadIds.length === 0)
    throw invalidField('text', 'blank', 'A message needs some text.')
  const newTime = input.now ? new Date() : input.at && checkedTime(input.at)
  const again = newTime && { at: newTime, state: 'waiting' as const, reason: null }
  const changed = await changeScheduled(userId, id, { text, ...again })
  if (!changed) throw await whyNot(userId, id)
  if (newTime) await keepUploads(changed.uploadIds, new Date(newTime.getTime() + KEEP_FILES_MS))
  tell(changed)
  wakeSender()
  return presentScheduled(changed)
}

/** Cancels a scheduled message. @throws AppError NOT_FOUND; CONFLICT while it is being sent */
export async function cancelScheduled(userId: string, id: string): Promise<void> {
  const removed = await removeScheduled(userId, id)
  if (!removed) throw await whyNot(userId, id)
  await keepUploads(removed.uploadIds, null)
  publishToUsers([userId], 'scheduled.updated', { id, scheduled: null })
}

async function whyNot(userId: string, id: string): Promise<AppError> {
  return new AppError((await findScheduled(userId, id)) ? 'CONFLICT' : 'NOT_FOUND')
}

function tell(record: ScheduledRecord): void {
  const scheduled = presentScheduled(record)
  publishToUsers([record.userId.toString()], 'scheduled.updated', { id: scheduled.id, scheduled })
}

/** @throws AppError INVALID for a time in the past or too far ahead */
function checkedTime(time: string): Date {
  const at = new Date(time)
  const now = Date.now()
  if (at.getTime() <= now) throw invalidField('at', 'past', 'This time is in the past.')
  const max = new Date(now + LIMITS.scheduledAhead)
  if (at > max) throw invalidField('at', 'too_large', 'This time is too far ahead.', { max: max.toISOString() })
  return at
}

/** @throws AppError NOT_FOUND for files that are not the caller's, not of this conversation, or not complete */
async function checkUploads(userId: string, conversationId: string, ids: readonly string[]): Promise<void> {
  const uploads = await findUploads(ids)
  const usable = uploads.filter(
    (upload) =>
      upload.ownerId.toString() === userId &&
      upload.conversationId?.toString() === conversationId &&
      upload.kind !== 'avatar' &&
      upload.status === 'complete' &&
      upload.messageId === null,
  )
  if (usable.length < ids.length) throw notFound('uploadIds')
}

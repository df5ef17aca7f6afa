import { RIGHT_TO_SEND } from '#shared/domain/files'
import { sharesOf } from '#shared/domain/shares'
import { can } from '#shared/domain/permissions'
import { AppError } from '#shared/errors'
import { isVisible } from '#shared/domain/text/clean'
import type { ConversationRecord } from '../../repositories/conversations'
import { newId, type RecordId } from '../../repositories/id'
import type { MembershipRecord } from '../../repositories/memberships'
import type { NewMessage } from '../../repositories/messages'
import { claimUploads, placeUploads, releaseUploads, type UploadRecord } from '../../repositories/uploads'
import { forbidden, standingOf } from '../conversations/rights'
import type { Sent } from './append'

/** What a message refers to and its sender cannot see; by the field's name the sender can leave it out. */
export function notFound(field: 'replyToId' | 'uploadIds'): AppError {
  return new AppError('NOT_FOUND', { issues: [{ path: [field], code: 'gone', params: {}, message: 'This is not there any more.' }] })
}

/**
 * Puts complete uploads of the sender's into a message and ties them to it, each to one message only. One that is not
 * there any more is left out, where that leaves something to read or to look at.
 * @param wanted in the order of the message; undefined for one that is gone
 * @returns the message, or why it may not have them
 */
export async function attach(
  message: NewMessage,
  wanted: readonly (UploadRecord | undefined)[],
  conversation: ConversationRecord,
  member: MembershipRecord,
): Promise<NewMessage | AppError> {
  const uploads = wanted.filter((upload): upload is UploadRecord => upload !== undefined && upload.status !== 'removed')
  if (uploads.length === 0) return wanted.length === 0 || isVisible(message.text) ? message : notFound('uploadIds')
  const attachments = []
  for (const upload of uploads) {
    const isHere = upload.conversationId?.equals(conversation._id) && upload.ownerId.equals(member.userId)
    if (!isHere || upload.kind === 'avatar') return notFound('uploadIds')
    if (upload.status !== 'complete') return new AppError('CONFLICT', { message: 'A file is not complete yet.' })
    const decision = can(conversation, standingOf(member), RIGHT_TO_SEND[upload.kind], Date.now())
    if (!decision.allowed) return forbidden(decision.reason)
    const { _id: id, kind, name, mime, size, width, height, thumbnails, durationMs, waveform } = upload
    const measured = { width, height, durationMs, waveform }
    attachments.push({ id, kind, name, mime, size, ...measured, hasThumbnail: thumbnails !== null })
  }
  const _id = newId()
  if (!(await claimUploads(attachments.map(({ id }) => id), _id, message.clientId))) {
    return new AppError('CONFLICT', { message: 'A file was sent already.' })
  }
  return { ...message, _id, attachments, shares: sharesOf(message.text, attachments) }
}

/**
 * After the messages are written: their files learn where they stand. Where an earlier try had written the message
 * already, its files are its own, and others are free.
 */
export async function settleUploads(messages: readonly NewMessage[], sent: readonly Sent[]): Promise<void> {
  for (const [index, { _id, attachments }] of messages.entries()) {
    if (!_id || attachments.length === 0) continue
    const { message, created } = sent[index]!
    await placeUploads(_id, message.attachments.map(({ id }) => id), message)
    if (!created) await releaseUploadsOf(_id, message.id)
  }
}

/** Frees what was claimed for a message that was not written, because an earlier one took its place. */
async function releaseUploadsOf(claimId: RecordId, messageId: string): Promise<void> {
  if (claimId.toString() !== messageId) await releaseUploads(claimId)
}

import { RIGHT_TO_SEND } from '#shared/domain/files'
import { sharesOf } from '#shared/domain/shares'
import { can } from '#shared/domain/permissions'
import { standingOf } from '#shared/domain/standing'
import { AppError } from '#shared/errors'
import { isVisible } from '#shared/domain/text/clean'
import type { ConversationRecord } from '../../repositories/conversations'
import { newId, type RecordId } from '../../repositories/id'
import type { MembershipRecord } from '../../repositories/memberships'
import type { AttachmentRecord, NewMessage } from '../../repositories/messages'
import { claimUploads, assignUploads, releaseUploads, type UploadRecord } from '../../repositories/uploads'
import { writingOf } from '#shared/domain/text/links'
import { canForward } from '#shared/domain/writing'
import { forbidden } from '../conversations/rights'
import { copyFiles } from '../files/copies'
import type { Sent } from './append'

/**
 * The error for a message that refers to something its sender cannot see. It names the field, so they can leave it out.
 */
export function notFound(field: 'replyToId' | 'uploadIds' | 'messageIds'): AppError {
  return new AppError('NOT_FOUND', {
    issues: [{ path: [field], code: 'gone', params: {}, message: 'This no longer exists.' }],
  })
}

/**
 * Attaches the sender's complete uploads to a message. Each upload belongs to one message only. An upload that no
 * longer exists is left out if something to read or to look at remains.
 * @param requested the uploads in the order of the message; undefined for one that no longer exists
 * @returns the message with its attachments, or the error that says why it may not have them
 */
export async function attach(
  message: NewMessage,
  requested: readonly (UploadRecord | undefined)[],
  conversation: ConversationRecord,
  member: MembershipRecord,
): Promise<NewMessage | AppError> {
  const uploads = requested.filter(
    (upload): upload is UploadRecord => upload !== undefined && upload.status !== 'removed',
  )
  if (uploads.length === 0) return requested.length === 0 || isVisible(message.text) ? message : notFound('uploadIds')
  const attachments = []
  for (const upload of uploads) {
    const isUsable = upload.conversationId?.equals(conversation._id) && upload.ownerId.equals(member.userId)
    if (!isUsable || upload.kind === 'avatar') return notFound('uploadIds')
    if (upload.status !== 'complete') return new AppError('CONFLICT', { message: 'A file has not finished uploading.' })
    const decision = can(conversation, standingOf(member), RIGHT_TO_SEND[upload.kind], Date.now())
    if (!decision.allowed) return forbidden(decision.reason)
    const { _id: id, kind, name, mime, size, width, height, thumbnails, durationMs, waveform } = upload
    const measured = { width, height, durationMs, waveform }
    attachments.push({ id, kind, name, mime, size, ...measured, hasThumbnail: thumbnails !== null })
  }
  const _id = newId()
  if (
    !(await claimUploads(
      attachments.map(({ id }) => id),
      _id,
      message.clientId,
    ))
  ) {
    return new AppError('CONFLICT', { message: 'A file has already been sent.' })
  }
  return { ...message, _id, attachments, shares: sharesOf(message.text, attachments) }
}

/** What a forwarded message has of the original besides its text. */
export interface Forwarded {
  files: readonly AttachmentRecord[]
  /** Who wrote it; null: it is sent without a name. */
  from: RecordId | null
}

/**
 * Gives a message copies of the files of the one that it forwards.
 * @returns the message with its attachments, or the error that says why it may not have them
 */
export async function attachForwarded(
  message: NewMessage,
  { files, from }: Forwarded,
  conversation: ConversationRecord,
  member: MembershipRecord,
): Promise<NewMessage | AppError> {
  const decision = canForward(
    conversation,
    standingOf(member),
    { ...writingOf(message.text), attachments: files },
    Date.now(),
  )
  if (!decision.allowed) return forbidden(decision.reason)
  const named = { ...message, ...(from && { forwardedFrom: from }) }
  if (files.length === 0) return named
  const _id = newId()
  const { clientId } = message
  const target = { messageId: _id, conversationId: conversation._id, ownerId: member.userId, clientId }
  const attachments = await copyFiles(files, target)
  return attachments
    ? { ...named, _id, attachments, shares: sharesOf(message.text, attachments) }
    : notFound('messageIds')
}

/**
 * Stores, after messages are written, which message and `seq` their uploads belong to. If an earlier try had already
 * written the message, it keeps its own uploads and the ones that this try claimed are released.
 */
export async function settleUploads(messages: readonly NewMessage[], sent: readonly Sent[]): Promise<void> {
  for (const [index, { _id, attachments }] of messages.entries()) {
    if (!_id || attachments.length === 0) continue
    const { message, created } = sent[index]!
    await assignUploads(
      _id,
      message.attachments.map(({ id }) => id),
      message,
    )
    if (!created) await releaseUploadsOf(_id, message.id)
  }
}

/** Releases uploads that were claimed for a message that was not written, because an earlier try had written it. */
async function releaseUploadsOf(claimId: RecordId, messageId: string): Promise<void> {
  if (claimId.toString() !== messageId) await releaseUploads(claimId)
}

import { contentDisposition, isShown } from '#shared/domain/files'
import { visibleFrom } from '#shared/domain/groups'
import { AppError } from '#shared/errors'
import type { Readable } from 'node:stream'
import { findConversation } from '../../repositories/conversations'
import { type RecordId } from '../../repositories/id'
import { findMembership } from '../../repositories/memberships'
import { findSentMessage } from '../../repositories/messages'
import { findUpload, type UploadRecord } from '../../repositories/uploads'
import type { ServedAs } from '../../storage/types'
import { withStorageErrors } from './errors'
import { storage } from './store'

export type Variant = 'original' | 'small' | 'large'

/** A file that the caller may read: an address to redirect to, or its bytes. */
export type ReadableFile =
  | { as: ServedAs; address: string }
  | {
      as: ServedAs
      address?: undefined
      size: number
      etag: string
      open(range?: { start: number; end: number }): Promise<Readable>
    }

/**
 * A file, for someone who may see it now: a member who can see the message it was sent with; its owner, until it is
 * sent; anyone signed in, for the picture of a person.
 * @param toSave serve it as a download, even if a browser could show it
 * @throws AppError NOT_FOUND, UNAVAILABLE
 */
export async function readFile(userId: string, id: string, variant: Variant, toSave = false): Promise<ReadableFile> {
  const upload = await findUpload(id)
  if (!upload || !(await canRead(userId, upload))) throw new AppError('NOT_FOUND')
  return openFile(upload, variant, toSave)
}

/** A file whose reader the caller has authorized in another way. @throws AppError NOT_FOUND, UNAVAILABLE */
export async function openFile(upload: UploadRecord, variant: Variant, toSave = false): Promise<ReadableFile> {
  const key = variant === 'original' ? (upload.sharedKey ?? upload.key) : upload.thumbnails?.[variant]
  if (!key || upload.status !== 'complete') throw new AppError('NOT_FOUND')
  const mime = variant === 'original' ? upload.mime : 'image/webp'
  const as: ServedAs = {
    // Downloads have a type that no browser runs, shows or guesses at.
    mime: isShown(mime) && !toSave ? mime : 'application/octet-stream',
    disposition: contentDisposition(mime, upload.name, toSave),
    // People who are removed from a conversation must not find its files in the browser's cache. Pictures of people are
    // for everyone who is signed in, and a new picture has a new address.
    cacheControl: upload.conversationId ? 'private, no-store' : 'private, max-age=60',
  }
  const address = await storage.signRead(key, as)
  if (address) return { as, address }
  const info = await withStorageErrors(() => storage.inspect(key))
  if (!info) throw new AppError('NOT_FOUND')
  return { as, ...info, open: (range) => withStorageErrors(() => storage.read(key, range)) }
}

async function canRead(userId: string, upload: UploadRecord): Promise<boolean> {
  const isOwner = upload.ownerId.toString() === userId
  if (!upload.conversationId) return upload.inUse || isOwner
  const [conversation, membership] = await Promise.all([
    findConversation(upload.conversationId),
    findMembership(upload.conversationId.toString(), userId),
  ])
  if (!conversation || !membership) return false
  if (upload.inUse) return true
  const message = await sentWith(upload)
  return message ? message.seq > visibleFrom(conversation.settings, membership) : isOwner
}

/**
 * The message that a file was sent with; null when it was not sent. People get a message before its `seq` is stored
 * with its files, and ask for the files at once, so the message itself is looked up if necessary.
 */
export async function sentWith(upload: UploadRecord): Promise<{ id: RecordId; seq: number } | null> {
  const { _id, conversationId, ownerId, messageId, messageSeq, clientId } = upload
  if (!messageId || !conversationId || !clientId) return null
  if (messageSeq !== null) return { id: messageId, seq: messageSeq }
  const message = await findSentMessage(conversationId, ownerId, clientId)
  const isIts = message?.attachments.some(({ id }) => id.equals(_id)) || message?.preview?.imageId?.equals(_id)
  return message && isIts ? { id: message._id, seq: message.seq } : null
}

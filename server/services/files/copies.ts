import { newId, type RecordId } from '../../repositories/id'
import type { AttachmentRecord } from '../../repositories/messages'
import { findUploads, insertCopies, type UploadRecord } from '../../repositories/uploads'
import { removeUploads } from './remove'

/** The message that files are copied for. */
export interface CopyTarget {
  messageId: RecordId
  conversationId: RecordId
  ownerId: RecordId
  clientId: string
}

/**
 * Copies the files of a message for another one. A copy shares the bytes, and belongs to its own message: who sees that
 * one can read it, and it goes with that one. The bytes go with the last upload that uses them.
 * @returns the attachments of the other message; null when a file no longer exists
 */
export async function copyFiles(
  files: readonly AttachmentRecord[],
  { messageId, conversationId, ownerId, clientId }: CopyTarget,
): Promise<AttachmentRecord[] | null> {
  const ids = files.map(({ id }) => id)
  const sources = await findComplete(ids)
  if (!sources) return null
  const copies = sources.map((source) => {
    const _id = newId()
    const { inUse: _inUse, completingAt: _completingAt, ...fields } = source
    const key = `${source.key.slice(0, source.key.lastIndexOf('/'))}/${_id.toString()}`
    const use = { ownerId, conversationId, messageId, messageSeq: null, clientId, createdAt: new Date() }
    return { ...fields, ...use, _id, key, sharedKey: source.sharedKey ?? source.key }
  })
  await insertCopies(copies)
  // A source that is removed by now may have taken its bytes along. One that is removed later sees its copy.
  if (await findComplete(ids)) return files.map((file, index) => ({ ...file, id: copies[index]!._id }))
  await removeUploads(copies.map((copy) => ({ ...copy, inUse: false, completingAt: null })))
  return null
}

async function findComplete(ids: readonly RecordId[]): Promise<UploadRecord[] | null> {
  const uploads = await findUploads(ids)
  const found = ids.map((id) => uploads.find((upload) => upload._id.equals(id)))
  return found.every((upload) => upload?.status === 'complete') ? (found as UploadRecord[]) : null
}

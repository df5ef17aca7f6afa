import { AppError } from '#shared/errors'
import { logger } from '../../observability/logger'
import type { Id } from '../../repositories/id'
import {
  deleteUploads,
  findUploadsOfConversation,
  findUploadsOfMessage,
  isFolderUsed,
  markConversationRemoved,
  markRemoved,
  withdrawUpload,
  type UploadRecord,
} from '../../repositories/uploads'
import { withStorageErrors } from './errors'
import { keysOf } from './keys'
import { requireOwnUpload } from './own'
import { storage } from './store'

const BATCH_SIZE = 100

/**
 * Removes files with everything that was made from them. First they become unreadable, then the objects are deleted,
 * and the records last: an object without a record would stay for ever. The sweep finishes a removal that breaks off.
 * @throws AppError UNAVAILABLE
 */
export async function removeUploads(uploads: readonly UploadRecord[]): Promise<void> {
  await markRemoved(uploads.map((upload) => upload._id))
  await removeObjects(uploads)
}

/**
 * Deletes the objects of uploads that are marked as removed, unless a copy still uses them, and then their records.
 * @throws AppError UNAVAILABLE
 */
export async function removeObjects(uploads: readonly UploadRecord[]): Promise<void> {
  const used = await Promise.all(uploads.map(isFolderUsed))
  const unused = uploads.filter((_, index) => !used[index])
  await withStorageErrors(async () => {
    await Promise.all(unused.filter((upload) => upload.status !== 'complete').map((upload) => storage.abort(upload)))
    await storage.remove(unused.flatMap(keysOf))
  })
  await deleteUploads(uploads.map((upload) => upload._id))
}

/**
 * Cancels an upload. From then on nobody can read it; its objects are deleted when the store answers.
 * @throws AppError NOT_FOUND; CONFLICT when it was already sent
 */
export async function cancelUpload(userId: string, id: string): Promise<void> {
  const upload = await requireOwnUpload(userId, id)
  const withdrawn = await withdrawUpload(upload._id)
  if (!withdrawn) throw new AppError('CONFLICT', { message: 'This file has already been sent.' })
  await removeObjects([withdrawn]).catch(logLeftBehind)
}

/** Removes the files of a message. Resolves when nobody can read them; the objects are deleted after that. */
export async function removeFilesOfMessage(messageId: Id): Promise<void> {
  const uploads = await findUploadsOfMessage(messageId)
  if (uploads.length === 0) return
  await markRemoved(uploads.map((upload) => upload._id))
  removeObjects(uploads).catch(logLeftBehind)
}

/** Removes every file of a conversation. */
export async function removeFilesOfConversation(conversationId: Id): Promise<void> {
  await markConversationRemoved(conversationId)
  for (;;) {
    const uploads = await findUploadsOfConversation(conversationId, BATCH_SIZE)
    if (uploads.length === 0) return
    await removeObjects(uploads)
  }
}

/** Logs that objects could not be removed now. The sweep removes them, because their uploads are marked. */
export function logLeftBehind(error: unknown): void {
  logger.warn({ err: error }, 'files stay behind until they are swept')
}

import { AppError } from '#shared/errors'
import { logger } from '../../observability/logger'
import type { Id } from '../../repositories/id'
import {
  deleteUploads,
  findUploadsOfConversation,
  findUploadsOfMessage,
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
 * Removes files with all that was made of them. Reading ends first; then go the objects, and the records last: an
 * object without a record would stay for ever. What breaks off is swept.
 * @throws AppError UNAVAILABLE
 */
export async function removeUploads(uploads: readonly UploadRecord[]): Promise<void> {
  await markRemoved(uploads.map((upload) => upload._id))
  await removeObjects(uploads)
}

/** Removes the objects of uploads that are marked as removed, and then their records. @throws AppError UNAVAILABLE */
export async function removeObjects(uploads: readonly UploadRecord[]): Promise<void> {
  await withStorageErrors(async () => {
    await Promise.all(uploads.filter((upload) => upload.status !== 'complete').map((upload) => storage.abort(upload)))
    await storage.remove(uploads.flatMap(keysOf))
  })
  await deleteUploads(uploads.map((upload) => upload._id))
}

/**
 * Gives up an upload. Nobody has it from then on; its objects go when the store answers.
 * @throws AppError NOT_FOUND; CONFLICT when it was sent
 */
export async function cancelUpload(userId: string, id: string): Promise<void> {
  const upload = await requireOwnUpload(userId, id)
  const withdrawn = await withdrawUpload(upload._id)
  if (!withdrawn) throw new AppError('CONFLICT', { message: 'This file was sent.' })
  await removeObjects([withdrawn]).catch(logLeftBehind)
}

/** Removes the files of a message. Resolves when nobody can read them any more; the objects go on their own. */
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

/** For objects that could not be removed now: the sweep comes for what is marked. */
export function logLeftBehind(error: unknown): void {
  logger.warn({ err: error }, 'files stay behind until they are swept')
}

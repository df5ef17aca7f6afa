import { AppError } from '#shared/errors'
import { type RecordId } from '../../repositories/id'
import { findUpload, startUsing } from '../../repositories/uploads'
import { logger } from '../../observability/logger'
import { removeUploads } from './remove'

/**
 * Sets the picture of a person or a group and removes the picture before it.
 * @param conversationId the group; null for the caller's own picture
 * @param before the current picture
 * @param nextId an upload; undefined keeps the picture; null removes it
 * @returns the id of the picture from now on
 * @throws AppError NOT_FOUND for an upload that is not the caller's, not complete or not made for this
 */
export async function setAvatar(
  userId: string,
  conversationId: string | null,
  before: RecordId | null,
  nextId: string | null | undefined,
): Promise<RecordId | null> {
  if (nextId === undefined || nextId === before?.toString()) return before
  const next = nextId === null ? null : await findUpload(nextId)
  if (nextId !== null) {
    const isUsable = next?.ownerId.toString() === userId && next.kind === 'avatar' && next.status === 'complete'
    if (!isUsable || (next.conversationId?.toString() ?? null) !== conversationId) throw new AppError('NOT_FOUND')
    if (!(await startUsing(next._id))) throw new AppError('NOT_FOUND')
  }
  if (before) removeLater(before)
  return next?._id ?? null
}

function removeLater(id: RecordId): void {
  const removed = findUpload(id).then((upload) => (upload ? removeUploads([upload]) : undefined))
  removed.catch((error: unknown) => logger.warn({ err: error }, 'a picture stays behind'))
}

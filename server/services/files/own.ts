import { AppError } from '#shared/errors'
import { findUpload, type UploadRecord } from '../../repositories/uploads'

/**
 * An upload of the caller's.
 * @throws AppError NOT_FOUND, also for someone else's upload and one that is being removed
 */
export async function requireOwnUpload(userId: string, id: string): Promise<UploadRecord> {
  const upload = await findUpload(id)
  if (upload?.ownerId.toString() !== userId || upload.status === 'removed') throw new AppError('NOT_FOUND')
  return upload
}

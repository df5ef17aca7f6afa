import { partCount } from '#shared/domain/files'
import { AppError, invalidField } from '#shared/errors'
import type { CompleteUploadInput, Upload } from '#shared/schemas/upload'
import { presentUpload } from '../../presenters/upload'
import { logger } from '../../observability/logger'
import { changeUpload, keepCompleting, startCompleting, type UploadRecord } from '../../repositories/uploads'
import { examine, type Known } from './examine'
import { withStorageErrors } from './errors'
import { framed } from './film'
import { requireOwnUpload } from './own'
import { removeObjects, removeUploads, logLeftBehind } from './remove'
import { storage } from './store'

/**
 * Assembles an upload's parts into a file and examines what it really is. Completing it again gives the same answer.
 * A file that is not what it claims to be is removed. When the store fails, the caller may try again.
 * @throws AppError NOT_FOUND; INVALID for missing or wrong parts, another size or another type; CONFLICT while another
 *   call completes it; UNAVAILABLE
 */
export async function completeUpload(
  userId: string,
  id: string,
  { parts, frame }: CompleteUploadInput,
): Promise<Upload> {
  const upload = await requireOwnUpload(userId, id)
  if (upload.status === 'complete') return presentUpload(upload)
  const sorted = parts.toSorted((a, b) => a.number - b.number)
  if (sorted.length !== partCount(upload.size) || sorted.some(({ number }, index) => number !== index + 1)) {
    throw invalidField('parts', 'wrong_parts', 'Every part is needed exactly once.')
  }
  if (!(await startCompleting(id))) {
    // It may have been cancelled a moment ago, or be complete by now.
    const now = await requireOwnUpload(userId, id)
    if (now.status === 'complete') return presentUpload(now)
    throw new AppError('CONFLICT', { message: 'This upload is already being completed.' })
  }
  const stopKeeping = keepCompleting(id)
  try {
    await assemble(upload, sorted)
    const known = await examine(upload)
    const isFilm = frame && known.mime.startsWith('video/')
    return presentUpload(await finish(upload, isFilm ? { ...known, ...(await framed(upload, frame)) } : known))
  } catch (error) {
    const code = error instanceof AppError ? error.code : null
    // If the store does not answer now, the sweep removes the file later. The caller still learns what is wrong with
    // it.
    if (code === 'INVALID' && !isAboutParts(error as AppError)) await removeUploads([upload]).catch(logLeftBehind)
    else await changeUpload(id, 'completing', { status: 'pending' })
    throw error
  } finally {
    stopKeeping()
  }
}

async function finish(upload: UploadRecord, known: Known): Promise<UploadRecord> {
  const complete = await changeUpload(upload._id, 'completing', { ...known, status: 'complete' })
  if (!complete) {
    // It was cancelled meanwhile, perhaps before the objects made from it existed.
    await removeObjects([upload])
    throw new AppError('NOT_FOUND')
  }
  if (complete.key !== upload.key) {
    // The original has metadata about its sender. Nobody can read it, and if this fails it is removed with the upload.
    await storage.remove([upload.key]).catch((error: unknown) => {
      logger.warn({ err: error }, 'an original stays behind')
    })
  }
  return complete
}

async function assemble(upload: UploadRecord, parts: CompleteUploadInput['parts']): Promise<void> {
  try {
    await withStorageErrors(() => storage.complete(upload, parts))
  } catch (error) {
    // An earlier completion whose answer was lost may have made the object.
    const made = await withStorageErrors(() => storage.inspect(upload.key))
    if (!made) throw error
  }
  const made = await withStorageErrors(() => storage.inspect(upload.key))
  if (made?.size !== upload.size) {
    throw invalidField('size', 'wrong_size', 'This file does not have the size that was announced.')
  }
}

function isAboutParts(error: AppError): boolean {
  return error.issues?.[0]?.path[0] === 'parts'
}

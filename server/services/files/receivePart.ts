import { AppError } from '#shared/errors'
import type { StoredPart } from '#shared/schemas/upload'
import type { Readable } from 'node:stream'
import { withStorageErrors } from './errors'
import { diskStorage, isSignedPart } from './store'

/**
 * Writes the bytes of a part into the folder.
 * @param declared the request's Content-Length, in bytes
 * @returns the part's ETag
 * @throws AppError NOT_FOUND where files are in a bucket; FORBIDDEN for an address that we did not sign or that has
 *   expired; INVALID for another length; UNAVAILABLE
 */
export async function receivePart(part: StoredPart, declared: number, bytes: Readable): Promise<string> {
  const { multipartId, number, size, signature } = part
  if (!diskStorage) throw new AppError('NOT_FOUND')
  if (!isSignedPart(part, signature)) throw new AppError('FORBIDDEN', { message: 'This address is no longer valid.' })
  if (declared !== size) {
    throw new AppError('INVALID', { message: 'This part does not have the length it was signed for.' })
  }
  return withStorageErrors(() => diskStorage!.receivePart(multipartId, number, size, bytes))
}

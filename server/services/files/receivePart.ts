import { AppError } from '#shared/errors'
import type { StoredPart } from '#shared/schemas/upload'
import type { Readable } from 'node:stream'
import { withStorageErrors } from './errors'
import { diskStorage, isSignedPart } from './store'

/**
 * Takes the bytes of a part into the folder.
 * @param declared the length that the request says it has
 * @returns the part's ETag
 * @throws AppError NOT_FOUND where files are in a bucket; FORBIDDEN for an address that is not ours or has ended;
 *   INVALID for another length; UNAVAILABLE
 */
export async function receivePart(part: StoredPart, declared: number, bytes: Readable): Promise<string> {
  const { multipartId, number, size, signature } = part
  if (!diskStorage) throw new AppError('NOT_FOUND')
  if (!isSignedPart(part, signature)) throw new AppError('FORBIDDEN', { message: 'This address is not good any more.' })
  if (declared !== size) {
    throw new AppError('INVALID', { message: 'This part is not of the length it was signed for.' })
  }
  return withStorageErrors(() => diskStorage!.receivePart(multipartId, number, size, bytes))
}

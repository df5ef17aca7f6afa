import { AppError } from '#shared/errors'
import type { CompleteUploadInput } from '#shared/schemas/upload'
import type { UploadRecord } from '../../repositories/uploads'
import { withStorageErrors } from './errors'
import type { Known } from './examine'
import { keyOf } from './keys'
import { openInsideBytes } from './insides'
import { storage } from './store'

/**
 * Takes a video's size and first frame from its sender's browser. The server decodes no video, so it believes them. The
 * frame becomes the thumbnail if it is a JPEG, PNG or WebP.
 * @throws AppError UNAVAILABLE
 */
export async function framed(
  upload: UploadRecord,
  { width, height, poster }: NonNullable<CompleteUploadInput['frame']>,
): Promise<Partial<Known>> {
  const picture = poster ? await thumbnailOf(upload, Buffer.from(poster, 'base64')) : null
  if (!picture) return { width, height }
  const key = keyOf(upload, 'small')
  await withStorageErrors(() => storage.write(key, picture, 'image/webp'))
  return { width, height, thumbnails: { small: key, large: key } }
}

/** Makes the thumbnail. Null: the frame is no picture, or too large. */
async function thumbnailOf({ ownerId }: UploadRecord, poster: Buffer): Promise<Buffer | null> {
  try {
    return (await openInsideBytes(ownerId.toString(), { task: 'poster' }, poster)).poster
  } catch (error) {
    if (error instanceof AppError && error.code === 'INVALID') return null
    throw error
  }
}

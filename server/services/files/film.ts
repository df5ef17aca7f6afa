import { AppError } from '#shared/errors'
import type { CompleteUploadInput } from '#shared/schemas/upload'
import type { UploadRecord } from '../../repositories/uploads'
import { withStorageErrors } from './errors'
import type { Known } from './examine'
import { keyOf } from './keys'
import { openInsideBytes } from './insides'
import { storage } from './store'

/**
 * What a film's sender saw of it: how large it is, and its first frame, kept as its thumbnail if it is a JPEG, PNG or
 * WebP. No film is decoded here, so this is believed.
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

/** Null: it is no picture of its size. */
async function thumbnailOf({ ownerId }: UploadRecord, poster: Buffer): Promise<Buffer | null> {
  try {
    return (await openInsideBytes(ownerId.toString(), { task: 'poster' }, poster)).poster
  } catch (error) {
    if (error instanceof AppError && error.code === 'INVALID') return null
    throw error
  }
}

import { isShown } from '#shared/domain/files'
import { AppError } from '#shared/errors'
import type { UploadRecord } from '../../repositories/uploads'
import { withStorageErrors } from './errors'
import { openInside } from './insides'
import { keyOf } from './keys'
import { storage } from './store'
import type { FileFacts, Job, Picture, Results } from './worker/protocol'

/** Formats that wrap many kinds of documents. For these the claimed type says more. */
const WRAPPERS = new Set(['application/zip', 'application/x-cfb', 'application/xml'])
const UNKNOWN = 'application/octet-stream'

export type Known = Pick<UploadRecord, 'key' | 'mime' | 'size' | 'width' | 'height' | 'thumbnails' | 'durationMs'>

/**
 * Examines what an assembled upload really is. Pictures lose their metadata, such as the location, and get thumbnails.
 * A voice message is measured. Videos and sounds lose the location where they were taken. Other files stay as they are:
 * anything may be sent as a file.
 * @returns the fields of the record that follow from the bytes
 * @throws AppError INVALID for a picture or voice message that is none; UNAVAILABLE
 */
export async function examine(upload: UploadRecord): Promise<Known> {
  if (upload.kind === 'image') return storePicture(upload, await openUpload(upload, { task: 'picture' }))
  if (upload.kind === 'avatar') return storePicture(upload, await openUpload(upload, { task: 'avatar' }))
  const plain = { key: upload.key, size: upload.size, width: null, height: null, thumbnails: null }
  if (upload.kind === 'voice') {
    const { mime, durationMs, patches } = await openUpload(upload, { task: 'voice', claimedMs: upload.durationMs ?? 0 })
    await withStorageErrors(() => storage.patch(upload.key, patches))
    return { ...plain, mime, durationMs }
  }
  const { mime, patches } = await openUpload(upload, { task: 'file' }).catch(unknownFacts)
  await withStorageErrors(() => storage.patch(upload.key, patches))
  return { ...plain, mime: servedAs(upload.mime, mime), durationMs: null }
}

function openUpload<T extends Job>({ ownerId, key, size }: UploadRecord, job: T): Promise<Results[T['task']]> {
  return openInside(ownerId.toString(), job, {
    size,
    read: (range) => withStorageErrors(() => storage.read(key, range)),
  })
}

/** Treats a file that breaks its parser as one of unknown type. */
function unknownFacts(error: unknown): FileFacts {
  if (error instanceof AppError && error.code === 'INVALID') return { mime: UNKNOWN, patches: [] }
  throw error
}

/**
 * The type that a file is served as. A file that a browser would show must really be of the claimed type. All others
 * are only downloaded, so their type does not matter.
 */
function servedAs(claimed: string, found: string | undefined): string {
  if (isShown(claimed)) {
    if (!found) return UNKNOWN
    if (familyOf(found) === familyOf(claimed)) return claimed
    return isShown(found) ? UNKNOWN : found
  }
  const saysMore = !found || (WRAPPERS.has(found) && claimed !== UNKNOWN)
  return saysMore ? claimed : found
}

/** Stores what was made from a picture, next to the original. */
async function storePicture(upload: UploadRecord, picture: Picture): Promise<Known> {
  const { mime, width, height, clean } = picture
  const thumbnails = { small: keyOf(upload, 'small'), large: keyOf(upload, 'large') }
  const key = keyOf(upload, 'clean')
  await withStorageErrors(async () => {
    await storage.write(thumbnails.small, picture.small, 'image/webp')
    await storage.write(thumbnails.large, picture.large, 'image/webp')
    await storage.write(key, clean, mime)
  })
  return { key, mime, size: clean.length, width, height, thumbnails, durationMs: null }
}

/** Groups types that share a container format: their names say which program made a file rather than what is in it. */
function familyOf(mime: string): string {
  if (/^(?:video|audio)\/(?:mp4|x-m4a|x-m4v|quicktime|3gpp)$/.test(mime)) return 'mp4'
  if (/^(?:video|audio)\/(?:webm|x-matroska|matroska)$/.test(mime)) return 'matroska'
  if (/^(?:video|audio|application)\/(?:ogg|opus)$/.test(mime)) return 'ogg'
  return mime.replace('/x-', '/')
}

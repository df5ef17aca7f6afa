import { isShown } from '#shared/domain/files'
import { AppError } from '#shared/errors'
import type { UploadRecord } from '../../repositories/uploads'
import { withStorageErrors } from './errors'
import { openInside } from './insides'
import { keyOf } from './keys'
import { storage } from './store'
import type { FileFacts, Job, Picture, Results } from './worker/protocol'

/** Wrappings that many kinds of documents are in: the claimed type says more. */
const WRAPPINGS = new Set(['application/zip', 'application/x-cfb', 'application/xml'])
const UNKNOWN = 'application/octet-stream'

export type Known = Pick<UploadRecord, 'key' | 'mime' | 'size' | 'width' | 'height' | 'thumbnails' | 'durationMs'>

/**
 * Looks at what a complete upload really is. Pictures lose their metadata (places where they were taken) and get
 * thumbnails, a voice message is measured, films and sounds lose the place where they were taken; other files stay as
 * they are, and anything may be sent as a file.
 * @throws AppError INVALID for a picture or voice message that is none; UNAVAILABLE
 */
export async function examine(upload: UploadRecord): Promise<Known> {
  if (upload.kind === 'image') return keep(upload, await openUpload(upload, { task: 'picture' }))
  if (upload.kind === 'avatar') return keep(upload, await openUpload(upload, { task: 'avatar' }))
  const plain = { key: upload.key, size: upload.size, width: null, height: null, thumbnails: null }
  if (upload.kind === 'voice') {
    const { mime, durationMs, patches } = await openUpload(upload, { task: 'voice', claimedMs: upload.durationMs ?? 0 })
    await withStorageErrors(() => storage.patch(upload.key, patches))
    return { ...plain, mime, durationMs }
  }
  const { mime, patches } = await openUpload(upload, { task: 'file' }).catch(knowNothing)
  await withStorageErrors(() => storage.patch(upload.key, patches))
  return { ...plain, mime: servedAs(upload.mime, mime), durationMs: null }
}

function openUpload<T extends Job>({ ownerId, key, size }: UploadRecord, job: T): Promise<Results[T['task']]> {
  return openInside(ownerId.toString(), job, { size, read: (range) => withStorageErrors(() => storage.read(key, range)) })
}

/** A file that breaks whoever looks into it is one of which nothing is known. */
function knowNothing(error: unknown): FileFacts {
  if (error instanceof AppError && error.code === 'INVALID') return { mime: UNKNOWN, patches: [] }
  throw error
}

/**
 * What a file is served as. What a browser would show must be what it was said to be; the rest is only saved, whatever
 * it is.
 */
function servedAs(claimed: string, found: string | undefined): string {
  if (isShown(claimed)) {
    if (!found) return UNKNOWN
    if (familyOf(found) === familyOf(claimed)) return claimed
    return isShown(found) ? UNKNOWN : found
  }
  const saysMore = !found || (WRAPPINGS.has(found) && claimed !== UNKNOWN)
  return saysMore ? claimed : found
}

/** Stores what was made of a picture beside what was sent. */
async function keep(upload: UploadRecord, picture: Picture): Promise<Known> {
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

/** An mp4 is told apart by how it was made rather than what is in it; containers of one kind count as one. */
function familyOf(mime: string): string {
  if (/^(?:video|audio)\/(?:mp4|x-m4a|x-m4v|quicktime|3gpp)$/.test(mime)) return 'mp4'
  if (/^(?:video|audio)\/(?:webm|x-matroska|matroska)$/.test(mime)) return 'matroska'
  if (/^(?:video|audio|application)\/(?:ogg|opus)$/.test(mime)) return 'ogg'
  return mime.replace('/x-', '/')
}

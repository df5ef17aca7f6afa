import { isShown } from '#shared/domain/files'
import { invalidField } from '#shared/errors'
import { fileTypeFromBuffer } from 'file-type'
import { buffer } from 'node:stream/consumers'
import type { UploadRecord } from '../../repositories/uploads'
import { reached } from './errors'
import { keyOf } from './keys'
import { makeAvatar, makePicture, type Picture } from './pictures'
import { storage } from './store'
import { measureVoice } from './voice'

/** Bytes from which a type is told. */
const HEAD = 4_100
const PICTURES = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif'])
/** Wrappings that many kinds of documents are in: the claimed type says more. */
const WRAPPINGS = new Set(['application/zip', 'application/x-cfb', 'application/xml'])

export type Known = Pick<UploadRecord, 'key' | 'mime' | 'size' | 'width' | 'height' | 'thumbnails' | 'durationMs'>

/**
 * Looks at what a complete upload really is: its type by the first bytes, a picture by its pixels.
 * A voice message is measured.
 * Pictures lose their metadata (places where they were taken) and get thumbnails; files stay as they are.
 * @throws AppError INVALID for what is not what it claims, UNAVAILABLE
 */
export async function examine(upload: UploadRecord): Promise<Known> {
  if (upload.kind === 'voice') {
    const { mime, durationMs } = await measureVoice(upload)
    return { key: upload.key, mime, size: upload.size, width: null, height: null, thumbnails: null, durationMs }
  }
  const head = await readHead(upload)
  // Animated PNGs are PNGs, and the codec inside is no part of the type.
  const found = (await fileTypeFromBuffer(head))?.mime.split(';')[0]!.replace('image/apng', 'image/png')
  if (upload.kind === 'image' || upload.kind === 'avatar') {
    if (!found || !PICTURES.has(found)) throw invalidField('mime', 'not_a_picture', 'This is not a picture that can be shown.')
    const picture = await (upload.kind === 'avatar' ? makeAvatar(upload) : makePicture(upload, found))
    return keep(upload, picture)
  }
  const { key, size } = upload
  return { key, mime: mimeOf(upload.mime, found), size, width: null, height: null, thumbnails: null, durationMs: null }
}

/** What a file is served as. What a browser would show must be what it says; the rest is only saved, whatever it is. */
function mimeOf(claimed: string, found: string | undefined): string {
  if (isShown(claimed)) {
    const isTrue = found !== undefined && familyOf(found) === familyOf(claimed)
    if (!isTrue) throw invalidField('mime', 'wrong_file_type', 'This file is not of the type it was said to be.')
    return claimed
  }
  const saysMore = !found || (WRAPPINGS.has(found) && claimed !== 'application/octet-stream')
  return saysMore ? claimed : found
}

async function readHead({ key, size }: UploadRecord): Promise<Buffer> {
  return reached(async () => buffer(await storage.read(key, { start: 0, end: Math.min(HEAD, size) - 1 })))
}

/** Stores what was made of a picture beside what was sent. */
async function keep(upload: UploadRecord, picture: Picture): Promise<Known> {
  const { mime, width, height, clean } = picture
  const thumbnails = { small: keyOf(upload, 'small'), large: keyOf(upload, 'large') }
  const key = clean ? keyOf(upload, 'clean') : upload.key
  await reached(async () => {
    await storage.write(thumbnails.small, picture.small, 'image/webp')
    await storage.write(thumbnails.large, picture.large, 'image/webp')
    if (clean) await storage.write(key, clean, mime)
  })
  return { key, mime, size: clean?.length ?? upload.size, width, height, thumbnails, durationMs: null }
}

/** An mp4 is told apart by how it was made rather than what is in it; containers of one kind count as one. */
function familyOf(mime: string): string {
  if (/^(?:video|audio)\/(?:mp4|x-m4a|x-m4v|quicktime|3gpp)$/.test(mime)) return 'mp4'
  if (/^(?:video|audio)\/(?:webm|x-matroska|matroska)$/.test(mime)) return 'matroska'
  if (/^(?:video|audio|application)\/(?:ogg|opus)$/.test(mime)) return 'ogg'
  return mime.replace('/x-', '/')
}

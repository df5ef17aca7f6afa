import { AppError, invalidField } from '#shared/errors'
import { LIMITS } from '#shared/limits'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import sharp, { type Sharp } from 'sharp'
import type { UploadRecord } from '../../repositories/uploads'
import { reached } from './errors'
import { storage } from './store'

/** Pixels of the longer side. */
const SMALL = 480
const LARGE = 1_600
const AVATAR = 512
/** Pictures that are decoded at the same time: each may take hundreds of megabytes. */
const AT_ONCE = 2

// Decoded pictures are not asked for again, and several small containers share a machine.
sharp.cache(false)
sharp.concurrency(1)

/** What a picture was made into. */
export interface Picture {
  mime: string
  width: number
  height: number
  small: Buffer
  large: Buffer
  /** The picture without its metadata; null: it stays as it was sent. */
  clean: Buffer | null
}

/**
 * Makes a shared picture: upright, without metadata, with two thumbnails.
 * @param mime what its first bytes said
 * @throws AppError INVALID for one that cannot be decoded or has too many pixels, UNAVAILABLE
 */
export function makePicture(upload: UploadRecord, mime: string): Promise<Picture> {
  return withDecoded(upload, async (open, size) => {
    const [small, large] = [await thumbnail(open(), SMALL), await thumbnail(open(), LARGE)]
    // A long GIF would take minutes to encode anew, and GIF has no place for a place.
    const clean = mime === 'image/gif' ? null : await sameFormat(open(size.animated), mime).toBuffer()
    return { mime, width: size.width, height: size.height, small, large, clean }
  })
}

/** Makes the picture of a person or group: a square, cut around the middle. @throws as above */
export function makeAvatar(upload: UploadRecord): Promise<Picture> {
  return withDecoded(upload, async (open) => {
    const square = (side: number) => open().resize(side, side, { fit: 'cover' }).webp({ quality: 85 }).toBuffer()
    const [small, clean] = [await square(AVATAR / 4), await square(AVATAR)]
    return { mime: 'image/webp', width: AVATAR, height: AVATAR, small, large: clean, clean }
  })
}

/** Makes a thumbnail of a film's first frame, which came with it. Null: it is no picture of its size. */
export async function makePoster(bytes: Buffer): Promise<Buffer | null> {
  return thumbnail(sharp(bytes, { limitInputPixels: SMALL * SMALL }), SMALL).catch(() => null)
}

interface Seen {
  width: number
  height: number
  animated: boolean
}

/** Makes something of a decoded picture; `open` opens it upright, or with all its frames. */
type Make = (open: (animated?: boolean) => Sharp, size: Seen) => Promise<Picture>

let waiting: Promise<unknown>[] = []

/** Fetches a picture into a file of its own, looks at its size before anything is decoded, and cleans up. */
async function withDecoded(
  upload: UploadRecord,
  make: Make,
): Promise<Picture> {
  while (waiting.length >= AT_ONCE) await Promise.race(waiting)
  const work = decode(upload, make)
  const settled: Promise<unknown> = work.catch(() => {}).then(() => {
    waiting = waiting.filter((one) => one !== settled)
  })
  waiting.push(settled)
  return work
}

async function decode(
  upload: UploadRecord,
  make: Make,
): Promise<Picture> {
  const folder = await mkdtemp(join(tmpdir(), 'webchat-picture-'))
  const file = join(folder, 'original')
  try {
    await reached(async () => pipeline(await storage.read(upload.key), createWriteStream(file)))
    const size = await sizeOf(file)
    const open = (animated = false) => sharp(file, { limitInputPixels: LIMITS.imagePixels, failOn: 'truncated', animated })
    return await make((animated) => (animated ? open(true) : open().autoOrient()), size)
  } catch (error) {
    if (error instanceof AppError) throw error
    throw invalidField('image', 'unreadable', 'This picture cannot be read.')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Width and height as it will be seen, read from the header alone. */
async function sizeOf(file: string): Promise<Seen> {
  const { width, height, orientation = 1, pages = 1 } = await sharp(file, { limitInputPixels: false }).metadata()
  if (!width || !height || width * height > LIMITS.imagePixels) throw invalidField('image', 'too_many_pixels', 'This picture has too many pixels.')
  const animated = pages > 1
  return orientation >= 5 && !animated ? { width: height, height: width, animated } : { width, height, animated }
}

function thumbnail(picture: Sharp, side: number): Promise<Buffer> {
  const inside = { width: side, height: side, fit: 'inside', withoutEnlargement: true } as const
  return picture.resize(inside).webp({ quality: 80 }).toBuffer()
}

function sameFormat(picture: Sharp, mime: string): Sharp {
  if (mime === 'image/png') return picture.png()
  if (mime === 'image/webp') return picture.webp({ quality: 90 })
  if (mime === 'image/avif') return picture.avif({ quality: 70 })
  return picture.jpeg({ quality: 90, mozjpeg: true })
}

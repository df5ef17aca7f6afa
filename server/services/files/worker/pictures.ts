import { AppError, invalidField } from '#shared/errors'
import sharp, { type Metadata, type Sharp } from 'sharp'
import { findPictureType, type PictureType } from './fileType'
import { reductionOf } from './pictureCost'
import type { Picture } from './protocol'
import { stripAvif } from './strip/avif'
import { stripGif } from './strip/gif'
import { stripPng } from './strip/png'
import { stripWebp } from './strip/webp'

/** Pixels of the longer side. */
const SMALL = 480
const LARGE = 1_600
const AVATAR = 512

// Decoded pictures are not asked for again, and one job is done at a time.
sharp.cache(false)
sharp.concurrency(1)
// libvips opens many kinds of files, some of them programs by nature. These are the ones that people send.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map((name) => `VipsForeignLoad${name}Buffer`),
})

/** What has no pixels to turn, or moves, is kept as it was sent, without what it says of itself. */
const STRIP: Record<Exclude<PictureType, 'image/jpeg' | 'image/heic'>, (bytes: Buffer) => { bytes: Buffer; isAnimated: boolean }> = {
  'image/png': stripPng,
  'image/webp': stripWebp,
  'image/gif': stripGif,
  'image/avif': stripAvif,
}
/** What the pictures of people and groups, and the first frames of films, may be. */
const STILL_TYPES: readonly (PictureType | undefined)[] = ['image/jpeg', 'image/png', 'image/webp']

interface Opened {
  type: PictureType
  metadata: Metadata
  /** Opens it upright, no larger than it may be. */
  decode(): Sharp
  /** It must be drawn anew: it lies on its side, is too large, or is of a kind that is always drawn anew. */
  redraw: boolean
}

/**
 * Makes a shared picture: upright, without metadata, with two thumbnails. What moves goes on moving.
 * @throws AppError INVALID: not_a_picture, too_many_pixels, unreadable
 */
export function makePicture(bytes: Buffer): Promise<Picture> {
  return readable(async () => {
    const opened = await open(bytes)
    const { type, decode, redraw } = opened
    const stripped = type === 'image/jpeg' ? null : STRIP[type as keyof typeof STRIP](bytes)
    const thumbnails = await makeThumbnails(decode())
    if (stripped && (stripped.isAnimated || !redraw)) {
      const { width, height } = stripped.isAnimated ? opened.metadata : opened.metadata.autoOrient
      return { mime: type, width, height, ...thumbnails, clean: stripped.bytes }
    }
    const { data, info } = await sameFormat(decode(), type).toBuffer({ resolveWithObject: true })
    return { mime: type, width: info.width, height: info.height, ...thumbnails, clean: data }
  })
}

/** Makes the picture of a person or group: a square, cut around the middle. @throws as above */
export function makeAvatar(bytes: Buffer): Promise<Picture> {
  return readable(async () => {
    const { decode } = await open(bytes, STILL_TYPES)
    const pixels = await asPixels(decode().resize(AVATAR, AVATAR, { fit: 'cover' }))
    const clean = await pixels().webp({ quality: 85 }).toBuffer()
    const small = await pixels().resize(AVATAR / 4, AVATAR / 4).webp({ quality: 85 }).toBuffer()
    return { mime: 'image/webp', width: AVATAR, height: AVATAR, small, large: clean, clean }
  })
}

/** Makes a thumbnail of a film's first frame, which came with it. @throws as above */
export function makePoster(bytes: Buffer): Promise<{ poster: Buffer }> {
  return readable(async () => {
    if (!STILL_TYPES.includes(findPictureType(bytes))) throw notAPicture()
    const pixels = sharp(bytes, { limitInputPixels: SMALL * SMALL, failOn: 'truncated' })
    return { poster: await inside(pixels, SMALL).webp({ quality: 80 }).toBuffer() }
  })
}

async function open(bytes: Buffer, types?: readonly (PictureType | undefined)[]): Promise<Opened> {
  const type = findPictureType(bytes)
  if (!type || (types && !types.includes(type))) throw notAPicture()
  if (type === 'image/heic') throw invalidField('image', 'unreadable', 'Browsers cannot show this kind of picture.')
  const known = type === 'image/avif' ? asStill(bytes) : bytes
  const metadata = await sharp(known, { limitInputPixels: false }).metadata()
  const reduction = reductionOf(known, type, metadata)
  if (reduction === null) throw invalidField('image', 'too_many_pixels', 'This picture has too many pixels.')
  const { width, height } = metadata.autoOrient
  const decode = () => {
    const whole = sharp(known, { limitInputPixels: false, failOn: 'truncated' }).autoOrient()
    return reduction === 1 ? whole : whole.resize(Math.ceil(width / reduction), Math.ceil(height / reduction), { fit: 'fill' })
  }
  const isTurned = (metadata.orientation ?? 1) !== 1
  return { type, metadata, decode, redraw: type === 'image/jpeg' || isTurned }
}

/** A moving AVIF has a still picture too, which the decoder looks at only when the file says that it is one. */
function asStill(bytes: Buffer): Buffer {
  if (bytes.toString('latin1', 8, 12) !== 'avis') return bytes
  const still = Buffer.from(bytes)
  still.write('avif', 8, 'latin1')
  return still
}

/** Both from one decoding: of a large picture that is what costs. */
async function makeThumbnails(picture: Sharp): Promise<{ small: Buffer; large: Buffer }> {
  const pixels = await asPixels(inside(picture, LARGE))
  const large = await pixels().webp({ quality: 80 }).toBuffer()
  return { large, small: await inside(pixels(), SMALL).webp({ quality: 80 }).toBuffer() }
}

async function asPixels(picture: Sharp): Promise<() => Sharp> {
  const { data, info } = await picture.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  return () => sharp(data, { raw: { width, height, channels } })
}

function inside(picture: Sharp, side: number): Sharp {
  return picture.resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
}

/** Row by row where the format can be written so; a better order of its codes would need the whole of it in memory. */
function sameFormat(picture: Sharp, type: PictureType): Sharp {
  if (type === 'image/png') return picture.png()
  if (type === 'image/webp') return picture.webp({ quality: 90 })
  return picture.jpeg({ quality: 90, optimiseCoding: false })
}

/** Whatever a decoder says to bytes that are broken or made to break it. */
async function readable<T>(make: () => Promise<T>): Promise<T> {
  try {
    return await make()
  } catch (error) {
    throw error instanceof AppError ? error : invalidField('image', 'unreadable', 'This picture cannot be read.')
  }
}

function notAPicture(): AppError {
  return invalidField('mime', 'not_a_picture', 'This is not a picture that can be shown.')
}

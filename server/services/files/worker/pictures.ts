import { AppError, invalidField } from '#shared/errors'
import sharp, { type Metadata, type Sharp } from 'sharp'
import { findPictureType, type PictureType } from './fileType'
import { reductionOf } from './pictureCost'
import type { Picture, Thumbnail } from './protocol'
import { stripAvif } from './strip/avif'
import { stripGif } from './strip/gif'
import { stripPng } from './strip/png'
import { stripWebp } from './strip/webp'

/** Lengths of the longer side, in pixels. */
const SMALL = 480
const LARGE = 1_600
const AVATAR = 512

// No picture is decoded twice, and only one job runs at a time.
sharp.cache(false)
sharp.concurrency(1)
// libvips opens many file formats, some of which can run programs. Only the formats that people send are allowed.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map((name) => `VipsForeignLoad${name}Buffer`),
})

/** Pictures that need no rotation, and animated ones, are kept as they were sent, without their metadata. */
const STRIP: Record<
  Exclude<PictureType, 'image/jpeg' | 'image/heic'>,
  (bytes: Buffer) => { bytes: Buffer; isAnimated: boolean }
> = {
  'image/png': stripPng,
  'image/webp': stripWebp,
  'image/gif': stripGif,
  'image/avif': stripAvif,
}
/** The types for pictures of people and groups, and for the first frames of videos. */
const STILL_TYPES: readonly (PictureType | undefined)[] = ['image/jpeg', 'image/png', 'image/webp']

interface Opened {
  type: PictureType
  metadata: Metadata
  /** Decodes it upright, and shrunk to the allowed size. */
  decode(): Sharp
  /** Whether it must be encoded again: it is rotated, or a JPEG, which always is. */
  mustEncode: boolean
}

/**
 * Makes a shared picture: upright, without metadata, with two thumbnails. An animated picture stays animated.
 * @throws AppError INVALID with the code not_a_picture, too_many_pixels or unreadable
 */
export function makePicture(bytes: Buffer): Promise<Picture> {
  return withDecodeErrors(async () => {
    const opened = await open(bytes)
    const { type, decode, mustEncode } = opened
    const stripped = type === 'image/jpeg' ? null : STRIP[type as keyof typeof STRIP](bytes)
    const thumbnails = await makeThumbnails(decode())
    if (stripped && (stripped.isAnimated || !mustEncode)) {
      const { width, height } = stripped.isAnimated ? opened.metadata : opened.metadata.autoOrient
      return { mime: type, width, height, ...thumbnails, clean: stripped.bytes }
    }
    const { data, info } = await sameFormat(decode(), type).toBuffer({ resolveWithObject: true })
    return { mime: type, width: info.width, height: info.height, ...thumbnails, clean: data }
  })
}

/** Makes the picture of a person or group: a square, cropped to the middle. @throws as makePicture */
export function makeAvatar(bytes: Buffer): Promise<Picture> {
  return withDecodeErrors(async () => {
    const { decode } = await open(bytes, STILL_TYPES)
    const pixels = await asPixels(decode().resize(AVATAR, AVATAR, { fit: 'cover' }))
    const clean = await pixels().webp({ quality: 85 }).toBuffer()
    const small = await pixels()
      .resize(AVATAR / 4, AVATAR / 4)
      .webp({ quality: 85 })
      .toBuffer()
    return { mime: 'image/webp', width: AVATAR, height: AVATAR, small, large: clean, clean }
  })
}

/** Makes a thumbnail alone. @throws as makePicture */
export function makeThumbnail(bytes: Buffer): Promise<Thumbnail> {
  return withDecodeErrors(async () => {
    const { decode } = await open(bytes)
    const { data, info } = await fitInside(decode(), SMALL).webp({ quality: 80 }).toBuffer({ resolveWithObject: true })
    return { thumbnail: data, width: info.width, height: info.height }
  })
}

/** Makes a thumbnail of a video's first frame, which its sender's browser made. @throws as makePicture */
export function makePoster(bytes: Buffer): Promise<{ poster: Buffer }> {
  return withDecodeErrors(async () => {
    if (!STILL_TYPES.includes(findPictureType(bytes))) throw notAPicture()
    const pixels = sharp(bytes, { limitInputPixels: SMALL * SMALL, failOn: 'truncated' })
    return { poster: await fitInside(pixels, SMALL).webp({ quality: 80 }).toBuffer() }
  })
}

async function open(bytes: Buffer, types?: readonly (PictureType | undefined)[]): Promise<Opened> {
  const type = findPictureType(bytes)
  if (!type || (types && !types.includes(type))) throw notAPicture()
  if (type === 'image/heic') throw invalidField('image', 'unreadable', 'Browsers cannot show this kind of picture.')
  const decodable = type === 'image/avif' ? asStill(bytes) : bytes
  const metadata = await sharp(decodable, { limitInputPixels: false }).metadata()
  const reduction = reductionOf(decodable, type, metadata)
  if (reduction === null) throw invalidField('image', 'too_many_pixels', 'This picture has too many pixels.')
  const { width, height } = metadata.autoOrient
  const decode = () => {
    const whole = sharp(decodable, { limitInputPixels: false, failOn: 'truncated' }).autoOrient()
    return reduction === 1
      ? whole
      : whole.resize(Math.ceil(width / reduction), Math.ceil(height / reduction), { fit: 'fill' })
  }
  const isTurned = (metadata.orientation ?? 1) !== 1
  return { type, metadata, decode, mustEncode: type === 'image/jpeg' || isTurned }
}

/** Makes an animated AVIF claim to be a still one, so that the decoder reads the still picture that it contains. */
function asStill(bytes: Buffer): Buffer {
  if (bytes.toString('latin1', 8, 12) !== 'avis') return bytes
  const still = Buffer.from(bytes)
  still.write('avif', 8, 'latin1')
  return still
}

/** Makes both thumbnails from one decoding, which is what costs for a large picture. */
async function makeThumbnails(picture: Sharp): Promise<{ small: Buffer; large: Buffer }> {
  const pixels = await asPixels(fitInside(picture, LARGE))
  const large = await pixels().webp({ quality: 80 }).toBuffer()
  return { large, small: await fitInside(pixels(), SMALL).webp({ quality: 80 }).toBuffer() }
}

async function asPixels(picture: Sharp): Promise<() => Sharp> {
  const { data, info } = await picture.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  return () => sharp(data, { raw: { width, height, channels } })
}

function fitInside(picture: Sharp, side: number): Sharp {
  return picture.resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
}

/** Encodes in the same format, row by row. Optimized JPEG coding would need the whole picture in memory. */
function sameFormat(picture: Sharp, type: PictureType): Sharp {
  if (type === 'image/png') return picture.png()
  if (type === 'image/webp') return picture.webp({ quality: 90 })
  return picture.jpeg({ quality: 90, optimiseCoding: false })
}

/** Turns any error of a decoder, about bytes that are broken or made to break it, into INVALID. */
async function withDecodeErrors<T>(make: () => Promise<T>): Promise<T> {
  try {
    return await make()
  } catch (error) {
    throw error instanceof AppError ? error : invalidField('image', 'unreadable', 'This picture cannot be read.')
  }
}

function notAPicture(): AppError {
  return invalidField('mime', 'not_a_picture', 'This is not a supported picture.')
}

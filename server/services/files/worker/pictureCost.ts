import { LIMITS } from '#shared/limits'
import type { Metadata } from 'sharp'
import type { PictureType } from './fileType'
import { coefficientBytes } from './jpegHeader'
import { WORKER_LIMITS } from './limits'

/** The most pixels of a JPEG, before it is made smaller. It may have many, because it is decoded row by row. */
const MAX_JPEG_PIXELS = 250_000_000
/** The factors by which a JPEG decoder can shrink a picture while it decodes. */
const REDUCTIONS = [1, 2, 4, 8]
/** Bytes of memory per pixel, measured with libvips 8.18 and rounded up. */
const BYTES_PER_PIXEL = {
  turned: 3.9,
  interlaced: 5,
  webp: 5,
  webpFrame: 12,
  webpDrawn: 12,
  gif: 7,
  avif: 14.6,
  avifFullColour: 18.2,
}

/**
 * The factor by which width and height are divided so that a picture fits into memory. Null: it has too many pixels.
 * Only JPEGs can be shrunk without being decoded in full.
 */
export function reductionOf(bytes: Buffer, type: PictureType, metadata: Metadata): number | null {
  const pixels = metadata.width * metadata.height
  const budget = WORKER_LIMITS.pictureBytes - bytes.length
  if (type !== 'image/jpeg')
    return pixels <= LIMITS.imagePixels && pixels * bytesPerPixel(bytes, type, metadata) <= budget ? 1 : null
  if (pixels > MAX_JPEG_PIXELS) return null
  const fixed = coefficientBytes(bytes)
  const drawn = isTurned(metadata) ? BYTES_PER_PIXEL.turned : 0
  const fits = (reduction: number) => {
    const pixelsLeft = pixels / reduction ** 2
    return pixelsLeft <= LIMITS.imagePixels && fixed + pixelsLeft * drawn <= budget
  }
  return REDUCTIONS.find(fits) ?? null
}

function bytesPerPixel(bytes: Buffer, type: PictureType, metadata: Metadata): number {
  const { isProgressive, pages = 1, hasAlpha, bitsPerSample = 8 } = metadata
  const wide = bitsPerSample > 8 ? 2 : 1
  const turned = isTurned(metadata) ? BYTES_PER_PIXEL.turned * wide : 0
  if (type === 'image/png') return turned + (isProgressive ? BYTES_PER_PIXEL.interlaced * wide : 0)
  if (type === 'image/gif') return BYTES_PER_PIXEL.gif
  if (type === 'image/avif') return bytesPerAvifPixel(bytes) * (hasAlpha ? 1.35 : 1)
  if (turned > 0) return turned + BYTES_PER_PIXEL.webpDrawn
  return pages > 1 ? BYTES_PER_PIXEL.webpFrame : BYTES_PER_PIXEL.webp
}

/** The AV1 configuration box (`av1C`) states the bit depth, and whether the chroma has half the resolution. */
function bytesPerAvifPixel(bytes: Buffer): number {
  const at = bytes.indexOf('av1C')
  const flags = at < 0 ? 0xff : (bytes[at + 6] ?? 0xff)
  const [isDeep, isHalved] = [(flags & 0x40) !== 0, (flags & 0x08) !== 0]
  return (isHalved ? BYTES_PER_PIXEL.avif : BYTES_PER_PIXEL.avifFullColour) * (isDeep ? 2 : 1)
}

function isTurned({ orientation = 1 }: Metadata): boolean {
  return orientation !== 1
}

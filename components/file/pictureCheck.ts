import { holdsLocation } from '#shared/domain/location'
import { withoutLocation } from '#shared/domain/withoutLocation'
import { LIMITS } from '#shared/limits'

/** Why a picture cannot be shown as one, under the codes by which the server says the same. */
export type PictureProblem = 'not_a_picture' | 'too_many_pixels' | 'unreadable'

/** Bytes of a picture that are searched for a location; of a larger one the beginning and the end. */
const MAX_LOOKED_AT = 64 * 1024 ** 2
const HEAD_BYTES = 16

/**
 * Checks a picture before it is sent, as far as this browser can.
 * @param address an object URL of the picture
 * @returns why it cannot go as a picture; null: nothing is known against it
 */
export async function problemOf(file: Blob, address: string): Promise<PictureProblem | null> {
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer())
  if (!isShownPicture(head)) return 'not_a_picture'
  const size = await sizeOf(address)
  if (!size) return 'unreadable'
  // The server scales large JPEGs down.
  const isJpeg = head[0] === 0xff
  return !isJpeg && size.width * size.height > LIMITS.imagePixels ? 'too_many_pixels' : null
}

/** JPEG, PNG, GIF, WebP or AVIF by its first bytes. */
function isShownPicture(head: Uint8Array): boolean {
  const text = String.fromCharCode(...head)
  const isBox = text.slice(4, 8) === 'ftyp'
  if (isBox) return /^avi[fs]$/.test(text.slice(8, 12))
  return (
    text.startsWith('\xff\xd8\xff') ||
    text.startsWith('\x89PNG') ||
    text.startsWith('GIF8') ||
    /^RIFF.{4}WEBP/s.test(text)
  )
}

function sizeOf(address: string): Promise<{ width: number; height: number } | null> {
  return new Promise((resolve) => {
    const image = new Image()
    image.addEventListener('load', () => resolve({ width: image.naturalWidth, height: image.naturalHeight }))
    image.addEventListener('error', () => resolve(null))
    image.src = address
  })
}

/** Whether a picture of any type says where it was taken. */
export async function isLocated(file: File): Promise<boolean> {
  if (!file.type.startsWith('image/')) return false
  const half = MAX_LOOKED_AT / 2
  const looked = file.size <= MAX_LOOKED_AT ? [file] : [file.slice(0, half), file.slice(file.size - half)]
  for (const part of looked) if (holdsLocation(new Uint8Array(await part.arrayBuffer()))) return true
  return false
}

/** The same picture with the same pixels, without its location. @returns null if that cannot be removed */
export async function stripLocation(file: File): Promise<File | null> {
  const clean = withoutLocation(new Uint8Array(await file.arrayBuffer()))
  if (!clean || holdsLocation(clean)) return null
  return new File([clean], file.name, { type: file.type, lastModified: file.lastModified })
}

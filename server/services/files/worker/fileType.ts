import type { Source } from './protocol'

/** How many bytes of a file the detection of its type reads. */
const HEAD_BYTES = 4_100

/** The MIME type of a file by its first bytes. Undefined: they match no known type. */
export async function findType({ size, read }: Source): Promise<string | undefined> {
  // Imported only when needed, like every parser here, to keep the worker's memory for pictures.
  const { fileTypeFromBuffer } = await import('file-type')
  const head = await read({ start: 0, end: Math.min(HEAD_BYTES, size) - 1 })
  // An animated PNG counts as a PNG, and the codec is not part of the type.
  return (await fileTypeFromBuffer(head).catch(() => undefined))?.mime.split(';')[0]!.replace('image/apng', 'image/png')
}

/** The first bytes of each type of picture. */
const SIGNATURES = [
  ['image/jpeg', (head: string) => head.startsWith('\xff\xd8\xff')],
  ['image/png', (head: string) => head.startsWith('\x89PNG\r\n\x1a\n')],
  ['image/gif', (head: string) => /^GIF8[79]a/.test(head)],
  ['image/webp', (head: string) => /^RIFF[^]{4}WEBP/.test(head)],
  ['image/avif', (head: string) => head.startsWith('ftyp', 4) && /avi[fs]/.test(brandsOf(head))],
  ['image/heic', (head: string) => head.startsWith('ftyp', 4) && /hei[cxms]|hev[cxms]|mif1|msf1/.test(brandsOf(head))],
] as const

export type PictureType = (typeof SIGNATURES)[number][0]

/** The MIME type of a picture by its first bytes. Undefined: it is not a known picture. */
export function findPictureType(bytes: Buffer): PictureType | undefined {
  const head = bytes.toString('latin1', 0, 64)
  return SIGNATURES.find(([, matches]) => matches(head))?.[0]
}

/** The brands that a file of the ISO base media format lists at its beginning. */
function brandsOf(head: string): string {
  const length = Buffer.from(head.slice(0, 4), 'latin1').readUInt32BE()
  return (
    head
      .slice(8, Math.min(length, 64))
      .match(/.{4}/gs)
      ?.filter((_, index) => index !== 1)
      .join(' ') ?? ''
  )
}

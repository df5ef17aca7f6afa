/** The chunks that determine how a WebP looks. */
const KEPT = new Set(['VP8X', 'VP8 ', 'VP8L', 'ALPH', 'ANIM', 'ANMF', 'ICCP'])
/** The flags of VP8X that say that EXIF and XMP follow. */
const METADATA_FLAGS = 0x08 | 0x04

/** A WebP, animated or not, without EXIF, XMP and unknown chunks. @throws Error for a WebP that is cut off */
export function stripWebp(bytes: Buffer): { bytes: Buffer; isAnimated: boolean } {
  const fileEnd = 8 + bytes.readUInt32LE(4)
  if (fileEnd > bytes.length) throw new Error('This WebP is cut off.')
  const kept: Buffer[] = []
  let frames = 0
  for (let at = 12; at + 8 <= fileEnd;) {
    const type = bytes.toString('latin1', at, at + 4)
    const length = bytes.readUInt32LE(at + 4)
    const end = at + 8 + length + (length % 2)
    if (at + 8 + length > fileEnd) throw new Error('This WebP is cut off.')
    if (type === 'ANMF') frames++
    if (KEPT.has(type)) kept.push(type === 'VP8X' ? withoutFlags(bytes.subarray(at, end)) : bytes.subarray(at, end))
    at = end
  }
  const header = Buffer.from(bytes.subarray(0, 12))
  header.writeUInt32LE(4 + kept.reduce((sum, { length }) => sum + length, 0), 4)
  return { bytes: Buffer.concat([header, ...kept]), isAnimated: frames > 1 }
}

function withoutFlags(chunk: Buffer): Buffer {
  const copy = Buffer.from(chunk)
  copy[8]! &= ~METADATA_FLAGS
  return copy
}

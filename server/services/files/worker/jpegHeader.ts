/** Bytes of one coefficient in memory. */
const COEFFICIENT_BYTES = 2
const START_OF_SCAN = 0xda

/**
 * The bytes of memory that a JPEG takes before its first row is decoded. A baseline JPEG is decoded row by row and
 * takes none. One with several scans (progressive, or a scan for each colour) is kept in memory as coefficients.
 */
export function coefficientBytes(bytes: Buffer): number {
  let whole = 0
  let components = 0
  for (let at = 2; at + 10 < bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1]!
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) {
      components = bytes[at + 9]!
      whole = sizeOf(bytes, at)
      if (marker !== 0xc0 && marker !== 0xc1) return whole
    }
    if (marker === START_OF_SCAN) return bytes[at + 4]! < components ? whole : 0
    // Fill bytes may precede a marker.
    at += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(at + 2)
  }
  return whole
}

function sizeOf(bytes: Buffer, frame: number): number {
  const [height, width] = [bytes.readUInt16BE(frame + 5), bytes.readUInt16BE(frame + 7)]
  const factors = Array.from({ length: bytes[frame + 9]! }, (_, index) => bytes[frame + 11 + index * 3] ?? 0)
  const parts = factors.map((factor) => ({ across: factor >> 4, down: factor & 0xf }))
  const [widest, highest] = [
    Math.max(1, ...parts.map(({ across }) => across)),
    Math.max(1, ...parts.map(({ down }) => down)),
  ]
  const share = parts.reduce((sum, { across, down }) => sum + (across / widest) * (down / highest), 0)
  return width * height * share * COEFFICIENT_BYTES
}

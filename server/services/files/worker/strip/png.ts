/** What a PNG is drawn by. Text, times, EXIF and what nobody knows are left out. */
const KEPT = new Set(
  'IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP mDCV cLLI sBIT bKGD hIST pHYs sPLT acTL fcTL fdAT'.split(' '),
)
const SIGNATURE_BYTES = 8

/**
 * A PNG, moving or not, with nothing but what it is drawn by.
 * @throws Error for one that is cut off, or that names more frames than it has
 */
export function stripPng(bytes: Buffer): { bytes: Buffer; isAnimated: boolean } {
  const kept = [bytes.subarray(0, SIGNATURE_BYTES)]
  let named = 0
  let frames = 0
  for (let at = SIGNATURE_BYTES, type = ''; type !== 'IEND'; ) {
    if (at + 12 > bytes.length) throw new Error('This PNG is cut off.')
    const end = at + 12 + bytes.readUInt32BE(at)
    if (end > bytes.length) throw new Error('This PNG is cut off.')
    type = bytes.toString('latin1', at + 4, at + 8)
    if (type === 'acTL') named = bytes.readUInt32BE(at + 8)
    if (type === 'fcTL') frames++
    if (KEPT.has(type)) kept.push(bytes.subarray(at, end))
    at = end
  }
  if (named > 0 && named !== frames) throw new Error('This PNG has not the frames that it names.')
  return { bytes: Buffer.concat(kept), isAnimated: frames > 1 }
}

/** The chunks that determine how a PNG looks. Text, times, EXIF and unknown chunks are left out. */
const KEPT = new Set(
  'IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP mDCV cLLI sBIT bKGD hIST pHYs sPLT acTL fcTL fdAT'.split(' '),
)
const SIGNATURE_BYTES = 8

/**
 * A PNG, animated or not, with only the chunks that determine how it looks.
 * @throws Error for a PNG that is cut off, or whose claimed number of frames is wrong
 */
export function stripPng(bytes: Buffer): { bytes: Buffer; isAnimated: boolean } {
  const kept = [bytes.subarray(0, SIGNATURE_BYTES)]
  let claimedFrames = 0
  let frames = 0
  for (let at = SIGNATURE_BYTES, type = ''; type !== 'IEND';) {
    if (at + 12 > bytes.length) throw new Error('This PNG is cut off.')
    const end = at + 12 + bytes.readUInt32BE(at)
    if (end > bytes.length) throw new Error('This PNG is cut off.')
    type = bytes.toString('latin1', at + 4, at + 8)
    if (type === 'acTL') claimedFrames = bytes.readUInt32BE(at + 8)
    if (type === 'fcTL') frames++
    if (KEPT.has(type)) kept.push(bytes.subarray(at, end))
    at = end
  }
  if (claimedFrames > 0 && claimedFrames !== frames)
    throw new Error('This PNG does not have as many frames as it claims.')
  return { bytes: Buffer.concat(kept), isAnimated: frames > 1 }
}

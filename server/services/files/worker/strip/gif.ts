const EXTENSION = 0x21
const IMAGE = 0x2c
const TRAILER = 0x3b
const GRAPHIC_CONTROL = 0xf9
const APPLICATION = 0xff
/** Application extensions that say how often the animation plays. The others hold XMP and the like. */
const LOOPS = new Set(['NETSCAPE2.0', 'ANIMEXTS1.0'])

/** A GIF without comments, XMP and bytes after its end. @throws Error for a GIF that is cut off */
export function stripGif(bytes: Buffer): { bytes: Buffer; isAnimated: boolean } {
  const kept = [bytes.subarray(0, 13 + tableBytes(bytes[10]!))]
  let frames = 0
  for (let at = kept[0]!.length; bytes[at] !== TRAILER;) {
    const end = blockEnd(bytes, at)
    if (bytes[at] === IMAGE) frames++
    if (isDrawn(bytes, at)) kept.push(bytes.subarray(at, end))
    at = end
  }
  return { bytes: Buffer.concat([...kept, Buffer.from([TRAILER])]), isAnimated: frames > 1 }
}

function isDrawn(bytes: Buffer, at: number): boolean {
  if (bytes[at] === IMAGE || bytes[at + 1] === GRAPHIC_CONTROL) return true
  return bytes[at + 1] === APPLICATION && LOOPS.has(bytes.toString('latin1', at + 3, at + 14))
}

/** The offset of the end of a block: an image with its colour table and data, or an extension. */
function blockEnd(bytes: Buffer, start: number): number {
  let at = start + 2
  if (bytes[start] === IMAGE) {
    // The position and size, the local colour table, the code size.
    if (start + 10 > bytes.length) throw cutOff()
    at = start + 10 + tableBytes(bytes[start + 9]!) + 1
  } else if (bytes[start] !== EXTENSION) {
    throw cutOff()
  }
  while (at < bytes.length && bytes[at] !== 0) at += bytes[at]! + 1
  if (at >= bytes.length) throw cutOff()
  return at + 1
}

/** The bytes of a colour table, by the flags before it. */
function tableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 0x07) + 1) : 0
}

function cutOff(): Error {
  return new Error('This GIF is cut off.')
}

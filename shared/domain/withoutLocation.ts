/**
 * Removes from a picture what tells where, when and by whom it was taken: EXIF, XMP, IPTC, comments and bytes after its
 * end. Its pixels, colours and animation stay bit for bit, and so does its orientation.
 * @param bytes a whole JPEG, PNG or WebP
 * @returns null for other files, and for files that are cut off or broken
 */
export function withoutLocation(bytes: Uint8Array): Uint8Array<ArrayBuffer> | null {
  try {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (view.getUint16(0) === 0xffd8) return joined(jpegParts(bytes, view))
    if (view.getUint32(0) === 0x89504e47) return joined(pngParts(bytes, view))
    if (view.getUint32(0) === 0x52494646 && view.getUint32(8) === 0x57454250) return joined(webpParts(bytes, view))
    return null
  } catch (error) {
    // The file ends too early.
    if (error instanceof RangeError) return null
    throw error
  }
}

/**
 * Whether a segment says what the pixels mean: JFIF, colour profile, Adobe's colour transform. Other APPn segments and
 * comments are removed.
 */
function isKept(marker: number, segment: Uint8Array): boolean {
  if (marker === 0xe2) return asText(segment.subarray(4, 15)) === 'ICC_PROFILE'
  return marker === 0xe0 || marker === 0xee || (marker < 0xe0 && marker !== 0xfe) || (marker > 0xef && marker !== 0xfe)
}

function jpegParts(bytes: Uint8Array, view: DataView): Uint8Array[] {
  const kept: Uint8Array[] = []
  let orientation = 1
  let at = 2
  for (;;) {
    if (view.getUint8(at) !== 0xff) throw new RangeError('Not a marker')
    const marker = view.getUint8(at + 1)
    if (marker === 0xff) {
      at++
      continue
    }
    if (marker === 0xd9) break
    const end = at + 2 + view.getUint16(at + 2)
    view.getUint8(end - 1)
    const segment = bytes.subarray(at, end)
    if (marker === 0xe1 && asText(segment.subarray(4, 8)) === 'Exif')
      orientation = orientationOf(segment.subarray(10)) ?? orientation
    if (isKept(marker, segment)) kept.push(segment)
    at = end
    if (marker !== 0xda) continue
    // The header of a scan is followed by its data, in which FF is always followed by 00 or a restart marker.
    while (view.getUint8(at) !== 0xff || view.getUint8(at + 1) === 0 || (view.getUint8(at + 1) & 0xf8) === 0xd0) at++
    kept.push(bytes.subarray(end, at))
  }
  const exif =
    orientation > 1 ? [Uint8Array.of(0xff, 0xe1, 0, 34, ...ascii('Exif\0\0'), ...orientationOnly(orientation))] : []
  return [bytes.subarray(0, 2), ...exif, ...kept, Uint8Array.of(0xff, 0xd9)]
}

const PNG_METADATA = new Set(['eXIf', 'tEXt', 'zTXt', 'iTXt', 'tIME'])

function pngParts(bytes: Uint8Array, view: DataView): Uint8Array[] {
  const kept = [bytes.subarray(0, 8)]
  let orientation = 1
  for (let at = 8, name = ''; name !== 'IEND';) {
    const end = at + 12 + view.getUint32(at)
    view.getUint8(end - 1)
    name = asText(bytes.subarray(at + 4, at + 8))
    if (name === 'eXIf') orientation = orientationOf(bytes.subarray(at + 8, end - 4)) ?? orientation
    if (!PNG_METADATA.has(name)) kept.push(bytes.subarray(at, end))
    at = end
  }
  // The chunk belongs after the header and before the pixels.
  if (orientation > 1) kept.splice(2, 0, pngChunk('eXIf', orientationOnly(orientation)))
  return kept
}

function webpParts(bytes: Uint8Array, view: DataView): Uint8Array[] {
  const kept: Uint8Array[] = []
  let orientation = 1
  const whole = 8 + view.getUint32(4, true)
  for (let at = 12; at < whole;) {
    const size = view.getUint32(at + 4, true)
    view.getUint8(at + 7 + size)
    const end = Math.min(bytes.length, at + 8 + size + (size % 2))
    const name = asText(bytes.subarray(at, at + 4))
    const chunk = bytes.slice(at, end)
    if (name === 'EXIF') {
      const data = chunk.subarray(8)
      orientation = orientationOf(asText(data.subarray(0, 4)) === 'Exif' ? data.subarray(6) : data) ?? orientation
    } else if (name !== 'XMP ') kept.push(chunk)
    at = end
  }
  const extended = kept[0] && asText(kept[0].subarray(0, 4)) === 'VP8X' ? kept[0] : null
  if (orientation > 1 && extended) kept.push(joined([ascii('EXIF'), littleEndian(26), orientationOnly(orientation)]))
  if (extended) extended[8] = (extended[8]! & ~0x0c) | (orientation > 1 ? 0x08 : 0)
  const size = kept.reduce((sum, chunk) => sum + chunk.length, 4)
  return [ascii('RIFF'), littleEndian(size), ascii('WEBP'), ...kept]
}

/** The EXIF orientation in a TIFF structure, 1 to 8. Null: it has none. */
function orientationOf(tiff: Uint8Array): number | null {
  if (tiff.length < 10) return null
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength)
  const isLittle = view.getUint16(0) === 0x4949
  const directory = view.getUint32(4, isLittle)
  if (directory + 2 > tiff.length) return null
  for (
    let left = view.getUint16(directory, isLittle), at = directory + 2;
    left > 0 && at + 12 <= tiff.length;
    left--, at += 12
  ) {
    if (view.getUint16(at, isLittle) !== 0x0112) continue
    const orientation = view.getUint16(at + 8, isLittle)
    return orientation >= 1 && orientation <= 8 ? orientation : null
  }
  return null
}

/** A TIFF structure of 26 bytes with nothing but the orientation. */
function orientationOnly(orientation: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(
    0x49,
    0x49,
    0x2a,
    0,
    8,
    0,
    0,
    0,
    1,
    0,
    0x12,
    1,
    3,
    0,
    1,
    0,
    0,
    0,
    orientation,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
  )
}

function pngChunk(name: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const chunk = joined([new Uint8Array(4), ascii(name), data, new Uint8Array(4)])
  const view = new DataView(chunk.buffer)
  view.setUint32(0, data.length)
  view.setUint32(chunk.length - 4, crc32(chunk.subarray(4, chunk.length - 4)))
  return chunk
}

function crc32(bytes: Uint8Array): number {
  let crc = -1
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}

function littleEndian(value: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value, true)
  return bytes
}

const ascii = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))
const asText = (bytes: Uint8Array) => String.fromCharCode(...bytes)

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

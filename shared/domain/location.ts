/** The most byte sequences that are checked because they look like the beginning of EXIF. A picture has one or two. */
const MAX_TIFF_HEADERS = 64
const MAX_IFD_ENTRIES = 512
const GPS_IFD = 0x8825
/** The tags GPSLatitude and GPSLongitude. Without them, the other GPS tags tell no location. */
const COORDINATES = new Set([2, 4])
/** The names of the same values in XMP. */
const XMP_NAMES = ['GPSLatitude', 'GPSLongitude']

/**
 * Whether a picture says where it was taken: whether it has GPS coordinates in EXIF or in uncompressed XMP. The
 * container does not matter (JPEG, PNG, WebP, HEIC, AVIF, TIFF): EXIF is a TIFF structure in all of them, found by its
 * own header.
 * @param bytes the whole file, or its beginning: WebP and HEIC may keep EXIF at the end
 */
export function holdsLocation(bytes: Uint8Array): boolean {
  return hasGpsInExif(bytes) || XMP_NAMES.some((name) => includes(bytes, name))
}

function hasGpsInExif(bytes: Uint8Array): boolean {
  let seen = 0
  for (let at = 0; at + 8 <= bytes.length && seen < MAX_TIFF_HEADERS; at++) {
    const isHeader = isLittleEndian(bytes, at) || isBigEndian(bytes, at)
    if (!isHeader) continue
    seen++
    if (hasCoordinates(bytes.subarray(at))) return true
  }
  return false
}

const isLittleEndian = (bytes: Uint8Array, at: number) =>
  bytes[at] === 0x49 && bytes[at + 1] === 0x49 && bytes[at + 2] === 0x2a && bytes[at + 3] === 0
const isBigEndian = (bytes: Uint8Array, at: number) =>
  bytes[at] === 0x4d && bytes[at + 1] === 0x4d && bytes[at + 2] === 0 && bytes[at + 3] === 0x2a

function hasCoordinates(tiff: Uint8Array): boolean {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength)
  const isLittle = isLittleEndian(tiff, 0)
  for (const [tag, entry] of entriesOf(view, view.getUint32(4, isLittle), isLittle)) {
    if (tag !== GPS_IFD) continue
    for (const [inner] of entriesOf(view, view.getUint32(entry + 8, isLittle), isLittle)) {
      if (COORDINATES.has(inner)) return true
    }
  }
  return false
}

/** The tags of an image file directory, each with the offset of its entry. None if the directory is not complete. */
function entriesOf(view: DataView, at: number, isLittle: boolean): [tag: number, entry: number][] {
  if (at + 2 > view.byteLength) return []
  const count = Math.min(view.getUint16(at, isLittle), MAX_IFD_ENTRIES)
  const offsets = Array.from({ length: count }, (_, index) => at + 2 + index * 12).filter(
    (entry) => entry + 12 <= view.byteLength,
  )
  return offsets.map((entry) => [view.getUint16(entry, isLittle), entry])
}

function includes(bytes: Uint8Array, text: string): boolean {
  const needle = new TextEncoder().encode(text)
  for (let at = bytes.indexOf(needle[0]!); at >= 0; at = bytes.indexOf(needle[0]!, at + 1)) {
    if (needle.every((byte, index) => bytes[at + index] === byte)) return true
  }
  return false
}

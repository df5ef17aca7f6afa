/** A box of the ISO base media file format. */
export function box(type: string, ...content: (Buffer | string)[]): Buffer {
  const body = Buffer.concat(content.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)))
  const head = Buffer.alloc(8)
  head.writeUInt32BE(8 + body.length)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, body])
}

/** Numbers of four bytes each. */
export function words(...numbers: number[]): Buffer {
  const bytes = Buffer.alloc(numbers.length * 4)
  numbers.forEach((number, index) => bytes.writeUInt32BE(number >>> 0, index * 4))
  return bytes
}

/** For each format, the box that contains a location. */
export const LOCATIONS = {
  apple: () => box('udta', box('\xa9xyz', '\x00\x12\x15\xc7+48.8577+002.2950/')),
  threeGpp: () => box('udta', box('loci', words(0), 'Home\0', words(1, 2, 3))),
  appleMeta: () =>
    box(
      'meta',
      box('hdlr', words(0, 0), 'mdta', words(0, 0, 0, 0)),
      box('keys', words(0, 1), box('mdta', 'com.apple.quicktime.location.ISO6709')),
      box('ilst', box('\0\0\0\x01', box('data', words(1, 0), '+48.8577+002.2950/'))),
    ),
  xmp: () =>
    box(
      'uuid',
      Buffer.from('be7acfcb97a942e89c71999491e3afac', 'hex'),
      '<exif:GPSLatitude>48,51.46N</exif:GPSLatitude>',
    ),
}

/** Matches what must not be in a film without a location. */
export const LOCATION = /48\.8577|48,51|Home|location/

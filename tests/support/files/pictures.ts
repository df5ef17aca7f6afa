import { crc32 } from 'node:zlib'
import sharp from 'sharp'

const at = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: { r: 200, g: 60, b: 20 } } })

/** A plain picture. */
export function picture(format: 'jpeg' | 'png' | 'webp' | 'avif' | 'gif', width = 64, height = 48): Promise<Buffer> {
  return at(width, height).toFormat(format).toBuffer()
}

/** A photo as from a phone: rotated by its metadata, which also names the location and the person. */
export function photo(width = 600, height = 400): Promise<Buffer> {
  const noise = sharp({
    create: { width, height, channels: 3, noise: { type: 'gaussian', mean: 128, sigma: 40 }, background: '#000' },
  })
  const exif = {
    IFD0: { Artist: 'A. Secret Person' },
    IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1', GPSLongitudeRef: 'E', GPSLongitude: '0/1 7/1 0/1' },
  }
  return noise.withExif(exif).withMetadata({ orientation: 6 }).jpeg().toBuffer()
}

/** An animated picture. */
export async function animation(format: 'gif' | 'webp', frames = 3): Promise<Buffer> {
  const pages = await Promise.all(
    Array.from({ length: frames }, (_, index) =>
      at(20, 20)
        .modulate({ brightness: 0.3 + index / 4 })
        .png()
        .toBuffer(),
    ),
  )
  return sharp(pages, { join: { animated: true } })
    .toFormat(format, { loop: 0, delay: pages.map(() => 100) } as object)
    .toBuffer()
}

/** A PNG whose header claims a much larger size. */
export function flood(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  // A short deflated stream. The decoder would fill in the rest.
  const data = Buffer.from('789c6360000000020001', 'hex')
  return Buffer.concat([signature, pngChunk('IHDR', header), pngChunk('IDAT', data), pngChunk('IEND', Buffer.alloc(0))])
}

export function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const whole = Buffer.alloc(body.length + 8)
  whole.writeUInt32BE(data.length, 0)
  body.copy(whole, 4)
  whole.writeUInt32BE(crc32(body), body.length + 4)
  return whole
}

import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { holdsLocation } from '#shared/domain/location'

const GPS = { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1', GPSLongitudeRef: 'E', GPSLongitude: '0/1 7/1 0/1' }
const XMP =
  '<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="51,30N"/></rdf:RDF></x:xmpmeta>'
const plain = () => sharp({ create: { width: 40, height: 30, channels: 3, background: '#123456' } })

describe('a picture with a location is recognized', () => {
  it.each(['jpeg', 'png', 'webp', 'avif'] as const)('as %s, by its EXIF', async (format) => {
    const artist = { IFD0: { Artist: 'Somebody' } }
    expect(holdsLocation(await plain().toFormat(format).toBuffer())).toBe(false)
    expect(holdsLocation(await plain().withExif(artist).toFormat(format).toBuffer())).toBe(false)
    expect(
      holdsLocation(
        await plain()
          .withExif({ ...artist, IFD3: GPS })
          .toFormat(format)
          .toBuffer(),
      ),
    ).toBe(true)
  })

  it('by its XMP', async () => {
    expect(holdsLocation(await plain().withXmp(XMP).jpeg().toBuffer())).toBe(true)
  })

  it('in either order of bytes', () => {
    const gps = [
      '4d4d002a00000008',
      '0001',
      '8825000400000001',
      '0000001a',
      '00000000',
      '0001',
      '000200050000000300000000',
    ]
    const tiff = Buffer.from(gps.join(''), 'hex')
    expect(holdsLocation(tiff)).toBe(true)
    expect(holdsLocation(tiff.subarray(0, 30))).toBe(false)
  })

  it('whatever the bytes are', () => {
    const headers = Buffer.concat(Array.from({ length: 200 }, () => Buffer.from('49492a00ffffffffffff', 'hex')))
    const itself = Buffer.from('49492a00080000000100258804000100000008000000', 'hex')
    for (const bytes of [Buffer.alloc(0), Buffer.from('II*\0'), headers, itself, Buffer.from('GPSLatitud')])
      expect(holdsLocation(bytes)).toBe(false)
  })
})

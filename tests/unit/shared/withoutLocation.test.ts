import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { holdsLocation } from '#shared/domain/location'
import { withoutLocation } from '#shared/domain/withoutLocation'

const GPS = { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1', GPSLongitudeRef: 'E', GPSLongitude: '0/1 7/1 0/1' }
const XMP =
  '<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="51,30N"/></rdf:RDF></x:xmpmeta>'
const noise = () =>
  sharp({
    create: {
      width: 61,
      height: 40,
      channels: 3,
      background: '#345',
      noise: { type: 'gaussian', mean: 120, sigma: 60 },
    },
  })
const FORMATS = ['jpeg', 'png', 'webp'] as const

async function located(format: (typeof FORMATS)[number], orientation?: number): Promise<Buffer> {
  const exif = { IFD0: { Artist: 'Somebody' }, IFD3: GPS }
  const picture = noise().withExif(exif).withXmp(XMP).withIccProfile('p3')
  return (orientation ? picture.withMetadata({ orientation }).withExifMerge(exif) : picture).toFormat(format).toBuffer()
}

describe.each(FORMATS)('a %s without its location', (format) => {
  it('has no location, and the same pixels, profile and size', async () => {
    const picture = await located(format)
    expect(holdsLocation(picture)).toBe(true)
    const clean = withoutLocation(picture)!
    expect(holdsLocation(clean)).toBe(false)
    expect(Buffer.from(clean).includes('Somebody')).toBe(false)
    const [before, after] = await Promise.all([picture, clean].map((one) => sharp(one).raw().toBuffer()))
    expect(after!.equals(before!)).toBe(true)
    const metadata = await sharp(clean).metadata()
    expect(metadata).toMatchObject({ format, width: 61, height: 40, icc: expect.any(Buffer) })
    expect(metadata.xmp).toBeUndefined()
    expect(withoutLocation(clean)).toEqual(clean)
  })

  it('keeps its orientation', async () => {
    const clean = withoutLocation(await located(format, 6))!
    expect(holdsLocation(clean)).toBe(false)
    expect((await sharp(clean).metadata()).orientation).toBe(6)
  })

  it('loses what is hidden after its end', async () => {
    const clean = withoutLocation(Buffer.concat([await located(format), Buffer.from('GPSLatitude behind the end')]))!
    expect(Buffer.from(clean).includes('GPSLatitude')).toBe(false)
    await sharp(clean).raw().toBuffer()
  })

  it('is not made from a truncated one', async () => {
    const picture = await located(format)
    for (const length of [0, 1, 3, 11, 30, picture.length >> 1])
      expect(withoutLocation(picture.subarray(0, length))).toBeNull()
  })
})

it('a progressive JPEG keeps all its scans, an animated WebP its movement', async () => {
  const progressive = await noise().withExif({ IFD3: GPS }).jpeg({ progressive: true }).toBuffer()
  const clean = withoutLocation(progressive)!
  expect((await sharp(clean).raw().toBuffer()).equals(await sharp(progressive).raw().toBuffer())).toBe(true)

  const frames = await sharp([await noise().png().toBuffer(), await noise().png().toBuffer()], {
    join: { animated: true },
  })
    .withExif({ IFD3: GPS })
    .webp()
    .toBuffer()
  expect((await sharp(withoutLocation(frames)!).metadata()).pages).toBe(2)
})

it('others are left alone: null', async () => {
  for (const bytes of [
    await noise().avif().toBuffer(),
    await noise().gif().toBuffer(),
    Buffer.from('text'),
    Buffer.alloc(0),
  ])
    expect(withoutLocation(bytes)).toBeNull()
})

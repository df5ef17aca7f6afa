import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { stripAvif } from '../../../server/services/files/worker/strip/avif'
import { stripGif } from '../../../server/services/files/worker/strip/gif'
import { stripPng } from '../../../server/services/files/worker/strip/png'
import { stripWebp } from '../../../server/services/files/worker/strip/webp'
import { holdsLocation } from '#shared/domain/location'
import { animation, pngChunk } from '../../support/files/pictures'

const caseOf = (name: string) => readFileSync(resolve(import.meta.dirname, '../../support/files/cases', name))
const GPS = { IFD0: { Artist: 'A. Secret' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' } }
const XMP =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="A. Secret"/></rdf:RDF></x:xmpmeta>'
const told = (format: 'png' | 'webp' | 'avif') =>
  sharp({ create: { width: 40, height: 30, channels: 4, background: { r: 10, g: 200, b: 30, alpha: 0.5 } } })
    .withExif(GPS)
    .withXmp(XMP)
    .toFormat(format, { lossless: true } as object)
    .toBuffer()
const pixelsOf = async (bytes: Buffer) => (await sharp(bytes, { animated: true }).raw().toBuffer()).toString('base64')

describe('a picture loses its metadata and keeps every pixel', () => {
  it.each([
    ['png', stripPng],
    ['webp', stripWebp],
    ['avif', stripAvif],
  ] as const)('as %s', async (format, strip) => {
    const before = await told(format)
    expect([holdsLocation(before), before.includes('Secret')]).toEqual([true, true])
    const { bytes, isAnimated } = strip(Buffer.concat([before, Buffer.from('<script>Secret</script>')]))
    expect([holdsLocation(bytes), bytes.includes('Secret'), isAnimated]).toEqual([false, false, false])
    const { exif, xmp } = await sharp(bytes).metadata()
    expect([exif, xmp]).toEqual([undefined, undefined])
    expect(await pixelsOf(bytes)).toBe(await pixelsOf(before))
  })

  it('as GIF: comments, XMP, and bytes after its end', async () => {
    const moving = await animation('gif')
    const end = moving.length - 1
    const extension = (label: number, ...blocks: string[]) =>
      Buffer.concat([
        Buffer.from([0x21, label]),
        ...blocks.flatMap((block) => [Buffer.from([block.length]), Buffer.from(block)]),
        Buffer.from([0]),
      ])
    const notes = [extension(0xfe, 'A. Secret comment'), extension(0xff, 'XMP DataXMP', 'Secret')]
    const { bytes, isAnimated } = stripGif(
      Buffer.concat([moving.subarray(0, end), ...notes, moving.subarray(end), Buffer.from('Secret')]),
    )
    expect([bytes.includes('Secret'), bytes.includes('NETSCAPE2.0'), isAnimated]).toEqual([false, true, true])
    expect(await sharp(bytes).metadata()).toMatchObject({ pages: 3, loop: 0, delay: [100, 100, 100] })
    expect(await pixelsOf(bytes)).toBe(await pixelsOf(moving))
  })
})

describe('an animated picture', () => {
  it('is recognized, and stays complete', async () => {
    const apng = stripPng(caseOf('anim.png'))
    const frames = (bytes: Buffer) => bytes.toString('latin1').match(/fcTL/g)?.length
    expect([apng.isAnimated, frames(apng.bytes)]).toEqual([true, frames(caseOf('anim.png'))])
    const avif = stripAvif(caseOf('anim.avif'))
    expect([avif.isAnimated, avif.bytes.equals(caseOf('anim.avif'))]).toEqual([true, true])
    const webp = await animation('webp')
    const stripped = stripWebp(webp)
    expect([stripped.isAnimated, (await sharp(stripped.bytes).metadata()).pages]).toEqual([true, 3])
  })

  it('is refused if it names frames that it does not have', () => {
    const bytes = Buffer.from(caseOf('anim.png'))
    bytes.writeUInt32BE(400_000_000, bytes.indexOf('acTL') + 4)
    expect(() => stripPng(bytes)).toThrow('as many frames as it claims')
  })
})

it.each([
  ['png', stripPng],
  ['webp', stripWebp],
  ['gif', stripGif],
] as const)('a truncated %s is refused, wherever it ends', async (format, strip) => {
  const whole = format === 'png' ? await told('png') : await animation(format)
  for (let length = 13; length < whole.length; length += 7)
    expect(() => strip(whole.subarray(0, length)), `${length}`).toThrow(/cut off|outside|out of range/)
})

it('text hidden in a PNG is removed, compressed or not', async () => {
  const plain = await sharp({ create: { width: 4, height: 4, channels: 3, background: '#abc' } })
    .png()
    .toBuffer()
  const notes = [
    pngChunk('tEXt', Buffer.from('Comment\0Secret')),
    pngChunk('zTXt', Buffer.concat([Buffer.from('a\0\0'), deflateSync('Secret')])),
    pngChunk('prVt', Buffer.from('Secret')),
  ]
  const { bytes } = stripPng(Buffer.concat([plain.subarray(0, 33), ...notes, plain.subarray(33)]))
  expect(bytes.equals(stripPng(plain).bytes)).toBe(true)
})

it('no AVIF can cause reading or writing outside of its bytes', async () => {
  const whole = await told('avif')
  for (let at = 0; at < Math.min(whole.length, 500); at++) {
    for (const value of [0, 0x7f, 0xff]) {
      const bytes = Buffer.from(whole)
      bytes[at] = value
      try {
        expect(stripAvif(bytes).bytes.length).toBeLessThanOrEqual(bytes.length)
      } catch (error) {
        expect(error).toBeInstanceOf(Error)
      }
    }
  }
})

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Person, register } from '../support/person'
import { box, LOCATION, LOCATIONS, words } from '../support/files/boxes'
import { animation, photo, picture, pngChunk } from '../support/files/pictures'
import { stores, type StoredServer } from '../support/files/stores'
import { hashOf, MiB, read, sendFiles, someBytes, tryUpload, uploaded } from '../support/files/uploads'

const caseOf = (name: string) => readFileSync(resolve(import.meta.dirname, '../support/files/cases', name))

describe.each(stores)('what people send, $store', ({ start }) => {
  let stored: StoredServer
  let ann: Person
  let chat: string

  beforeAll(async () => {
    stored = await start()
    ann = await register(stored.server.url, 'Ann')
    chat = (await ann.chatWith(await register(stored.server.url, 'Bob'))).id
  })
  afterAll(() => stored?.stop())

  const image = (bytes: Buffer, more: object = {}) =>
    tryUpload(ann, bytes, { conversationId: chat, kind: 'image', name: 'p.jpg', mime: 'image/jpeg', ...more })

  describe('as a file can be anything', () => {
    it.each([
      ['a HEIC named .jpg', () => caseOf('heic-named.jpg'), 'image/jpeg', 'image/heic', 'attachment'],
      [
        'a PDF with something before its header',
        () => caseOf('junk.pdf'),
        'application/pdf',
        'application/octet-stream',
        'attachment',
      ],
      [
        'an MP3 behind zeros',
        () => Buffer.concat([Buffer.alloc(5_000), Buffer.from('fffb9064', 'hex'), someBytes(500)]),
        'audio/mpeg',
        'application/octet-stream',
        'attachment',
      ],
      [
        'a page named .png',
        () => Buffer.from('<!doctype html><script>alert(1)</script>'),
        'image/png',
        'application/octet-stream',
        'attachment',
      ],
      ['a WebP named .jpg', () => picture('webp'), 'image/jpeg', 'application/octet-stream', 'attachment'],
      ['a WebP of which nothing is said', () => picture('webp'), 'application/octet-stream', 'image/webp', 'inline'],
      ['a photo that is cut off', () => caseOf('trunc.jpg'), 'image/jpeg', 'image/jpeg', 'inline'],
      [
        'a wrapping that is no such thing',
        () => Buffer.concat([Buffer.from('PK\x03\x04'), someBytes(600)]),
        'application/zip',
        'application/zip',
        'attachment',
      ],
    ] as const)('%s', async (_, make, claimed, mime, disposition) => {
      const bytes = await make()
      const upload = await uploaded(ann, bytes, { conversationId: chat, name: 'x.jpg', mime: claimed })
      expect(upload.mime).toBe(mime)
      expect((await sendFiles(ann, chat, [upload.id])).status).toBe(201)
      const file = await read(ann, upload.url!)
      // What is only saved tells no browser what it might be.
      const served = disposition === 'inline' ? mime : 'application/octet-stream'
      expect([file.headers.get('content-type'), file.headers.get('content-disposition')?.split(';')[0]]).toEqual([
        served,
        disposition,
      ])
      expect(hashOf(file.bytes)).toBe(hashOf(bytes))
    })
  })

  describe('as a picture is refused with a reason', () => {
    it.each([
      ['a document', () => caseOf('junk.pdf'), 'not_a_picture'],
      [
        'a drawing',
        () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
        'not_a_picture',
      ],
      ['a HEIC, which browsers cannot show', () => caseOf('heic-named.jpg'), 'unreadable'],
      ['a photo that is cut off', () => caseOf('trunc.jpg'), 'unreadable'],
      ['an AVIF of 24 million pixels', () => hugeAvif(6_000, 4_000), 'too_many_pixels'],
      ['a WebP of 100 million', () => hugeWebp(10_000), 'too_many_pixels'],
      ['a GIF of 40 million', () => hugeGif(8_000, 5_000), 'too_many_pixels'],
      ['an APNG that names more frames than it has', () => moreFrames(), 'unreadable'],
    ] as const)('%s', async (_, make, code) => {
      const answer = await image(await make())
      expect([answer.status, answer.body.data.code, answer.body.data.issues[0].code]).toEqual([422, 'INVALID', code])
      expect((await stored.keys()).filter((key) => key.includes(answer.id))).toEqual([])
    })
  })

  it.each([
    ['an APNG', () => caseOf('anim.png'), 'image/png', 120],
    ['an AVIF', () => caseOf('anim.avif'), 'image/avif', 120],
    ['a WebP of 300 frames', () => animation('webp', 300), 'image/webp', 20],
    ['a GIF of 300 frames', () => animation('gif', 300), 'image/gif', 20],
  ])('stays animated as %s, bit for bit if it has no metadata', async (_, make, mime, side) => {
    const bytes = await make()
    const { status, body } = await image(bytes)
    expect([status, body.upload]).toMatchObject([200, { mime, width: side, height: side }])
    expect(hashOf((await read(ann, body.upload.url)).bytes)).toBe(hashOf(bytes))
    expect((await sharp((await read(ann, body.upload.thumbnailUrl)).bytes).metadata()).format).toBe('webp')
  })

  it('an AVIF of 12 million pixels is not encoded again, because that takes 15 seconds', async () => {
    const { status, body } = await image(caseOf('p12.avif'))
    expect([status, body.upload]).toMatchObject([200, { mime: 'image/avif', width: 4_000, height: 3_000 }])
    expect(hashOf((await read(ann, body.upload.url)).bytes)).toBe(hashOf(caseOf('p12.avif')))
  })

  it('a photo of more than 60 million pixels is made smaller', async () => {
    const { status, body } = await image(caseOf('big63.jpg'))
    expect([status, body.upload]).toMatchObject([200, { mime: 'image/jpeg', width: 4_500, height: 3_500 }])
    expect(await sharp((await read(ann, body.upload.url)).bytes).metadata()).toMatchObject({
      width: 4_500,
      height: 3_500,
    })
  })

  it('a picture of 30 million pixels that is rotated by its metadata becomes upright', async () => {
    const lying = await sharp({ create: { width: 6_000, height: 5_000, channels: 3, background: '#456' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    expect((await image(lying)).body.upload).toMatchObject({ width: 5_000, height: 6_000 })
  })

  describe('loses its location', () => {
    it.each(['png', 'webp', 'avif'] as const)('as %s', async (format) => {
      const bytes = await sharp(await photo(60, 40))
        .keepMetadata()
        .toFormat(format)
        .toBuffer()
      expect(bytes.includes('Secret')).toBe(true)
      const { body } = await image(bytes)
      const kept = await read(ann, body.upload.url)
      expect(kept.bytes.includes('Secret')).toBe(false)
      const { exif, xmp, width } = await sharp(kept.bytes).metadata()
      expect([exif, xmp, width]).toEqual([undefined, undefined, body.upload.width])
    })

    it.each(Object.entries(LOCATIONS))('as a film of several parts: %s', async (_, place) => {
      const frames = someBytes(21 * MiB)
      const film = (notes: Buffer) =>
        Buffer.concat([
          box('ftyp', 'qt  ', words(0), 'qt  '),
          box('mdat', frames),
          box('moov', box('mvhd', Buffer.alloc(100)), notes),
        ])
      const bytes = film(place())
      const upload = await uploaded(ann, bytes, { conversationId: chat, name: 'film.mov', mime: 'video/quicktime' })
      expect(upload).toMatchObject({ mime: 'video/quicktime', size: bytes.length })
      const kept = (await read(ann, upload.url!)).bytes
      expect([kept.length, LOCATION.test(kept.subarray(-2_000).toString('latin1'))]).toEqual([bytes.length, false])
      expect(hashOf(kept.subarray(0, 20 * MiB))).toBe(hashOf(bytes.subarray(0, 20 * MiB)))
    })
  })
})

function moreFrames(): Buffer {
  const bytes = caseOf('anim.png')
  const count = Buffer.concat([words(400_000_000), words(0)])
  const at = bytes.indexOf('acTL') - 4
  return Buffer.concat([bytes.subarray(0, at), pngChunk('acTL', count), bytes.subarray(at + 20)])
}

/** A lossless WebP whose header says that it is much larger than it is. */
async function hugeWebp(side: number): Promise<Buffer> {
  const bytes = await sharp(await picture('png'))
    .webp({ lossless: true })
    .toBuffer()
  // Fourteen bits for each side less one, behind the chunk's header and a byte that is always the same.
  bytes.writeUInt32LE(((side - 1) | ((side - 1) << 14)) >>> 0, 21)
  return bytes
}

/** A GIF whose screen and frame say that they are much larger than they are. */
async function hugeGif(width: number, height: number): Promise<Buffer> {
  const bytes = await picture('gif')
  for (const at of [6, bytes.indexOf(Buffer.from([0x2c, 0, 0, 0, 0])) + 5]) {
    bytes.writeUInt16LE(width, at)
    bytes.writeUInt16LE(height, at + 2)
  }
  return bytes
}

/** An AVIF whose header says that it is much larger than it is. */
async function hugeAvif(width: number, height: number): Promise<Buffer> {
  const bytes = await picture('avif')
  const at = bytes.indexOf('ispe') + 8
  bytes.writeUInt32BE(width, at)
  bytes.writeUInt32BE(height, at + 4)
  return bytes
}

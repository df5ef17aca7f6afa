import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Person, register } from '../support/person'
import { animation, flood, photo, picture } from '../support/files/pictures'
import { stores, warnWithoutS3, type StoredServer } from '../support/files/stores'
import { read, sendFiles, someBytes, tryUpload, uploaded } from '../support/files/uploads'

warnWithoutS3('Pictures')

describe.each(stores)('pictures, $store', ({ start }) => {
  let stored: StoredServer
  let ann: Person
  let bob: Person
  let chat: string

  beforeAll(async () => {
    stored = await start()
    ;[ann, bob] = (await Promise.all(['Ann', 'Bob'].map((name) => register(stored.server.url, name)))) as [
      Person,
      Person,
    ]
    chat = (await ann.chatWith(bob)).id
  })
  afterAll(() => stored?.stop())

  const image = (bytes: Buffer, mime = 'image/jpeg', more: object = {}) =>
    uploaded(ann, bytes, { conversationId: chat, kind: 'image', name: 'p', mime, ...more })

  it('are upright, have their true size, and contain no location', async () => {
    const bytes = await photo(600, 400)
    const before = await sharp(bytes).metadata()
    expect([before.orientation, before.exif?.includes('Secret')]).toEqual([6, true])
    const upload = await image(bytes, 'image/jpeg', { name: 'IMG_1.JPG' })
    expect(upload).toMatchObject({
      width: 400,
      height: 600,
      mime: 'image/jpeg',
      name: 'IMG_1.JPG',
      thumbnailUrl: `${upload.url}/thumbnail`,
    })
    const sent = await sendFiles(ann, chat, [upload.id])
    expect(sent.body.message.attachments[0]).toMatchObject({
      kind: 'image',
      width: 400,
      height: 600,
      size: upload.size,
      thumbnailUrl: upload.thumbnailUrl,
    })
    for (const path of [upload.url!, upload.thumbnailUrl!, `${upload.thumbnailUrl}?size=large`]) {
      const file = await read(bob, path)
      const seen = await sharp(file.bytes).metadata()
      expect([path, file.status, seen.width! < seen.height!, seen.orientation ?? 1]).toEqual([path, 200, true, 1])
      expect([seen.exif, seen.xmp, seen.iptc]).toEqual([undefined, undefined, undefined])
      expect(file.bytes.includes('Secret')).toBe(false)
    }
    expect((await read(bob, upload.url!)).bytes.length).toBe(upload.size)
    // What was sent, metadata and all, is nowhere any more.
    const kept = (await stored.keys()).filter((key) => key.includes(upload.id))
    expect(kept.map((key) => key.split('/').at(-1))).toEqual(['clean', 'large.webp', 'small.webp'])
  })

  it('keep all metadata when they are sent as a file', async () => {
    const bytes = await photo()
    const upload = await uploaded(ann, bytes, { conversationId: chat, kind: 'file', mime: 'image/jpeg' })
    expect([upload.width, upload.thumbnailUrl]).toEqual([null, null])
    expect((await read(ann, upload.url!)).bytes.equals(bytes)).toBe(true)
    expect((await read(ann, `${upload.url}/thumbnail`)).status).toBe(404)
  })

  it.each([
    ['small', 480, 320],
    ['large', 1_600, 1_067],
  ])('have a %s thumbnail', async (size, width, height) => {
    const upload = await image(await picture('jpeg', 2_400, 1_600))
    const file = await read(ann, `${upload.thumbnailUrl}?size=${size}`)
    expect(file.headers.get('content-type')).toBe('image/webp')
    expect(await sharp(file.bytes).metadata()).toMatchObject({ format: 'webp', width, height })
    expect((await read(ann, `${upload.thumbnailUrl}?size=huge`)).status).toBe(422)
  })

  it('are not enlarged', async () => {
    const upload = await image(await picture('png', 20, 10), 'image/png')
    expect(await sharp((await read(ann, `${upload.thumbnailUrl}?size=large`)).bytes).metadata()).toMatchObject({
      width: 20,
      height: 10,
    })
  })

  it.each(['jpeg', 'png', 'webp', 'avif', 'gif'] as const)('can be %s, whatever their names are', async (format) => {
    const upload = await image(await picture(format), 'image/jpeg', { name: 'x.jpg' })
    expect(upload).toMatchObject({ mime: `image/${format}`, width: 64, height: 48 })
    const file = await read(ann, upload.url!)
    expect(file.headers.get('content-type')).toBe(`image/${format}`)
    expect((await sharp(file.bytes).metadata()).width).toBe(64)
  })

  it.each(['gif', 'webp'] as const)('stay animated as %s', async (format) => {
    const bytes = await animation(format)
    expect((await sharp(bytes).metadata()).pages).toBe(3)
    const upload = await image(bytes, `image/${format}`)
    expect(upload).toMatchObject({ width: 20, height: 20 })
    expect((await sharp((await read(ann, upload.url!)).bytes).metadata()).pages).toBe(3)
    expect((await sharp((await read(ann, upload.thumbnailUrl!)).bytes).metadata()).pages ?? 1).toBe(1)
  })

  describe('are refused', () => {
    it.each([
      ['a page called .png', async () => Buffer.from('<!doctype html><script>alert(1)</script>')],
      [
        'a drawing with a script',
        async () =>
          Buffer.from(
            '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>',
          ),
      ],
      ['50,000 by 50,000 pixels', async () => flood(50_000, 50_000)],
      ['60,000,001 pixels in a row', async () => flood(60_000_001, 1)],
      ['a photo of which half is missing', async () => half(await photo())],
      [
        'a PNG of which half is missing',
        async () =>
          half(
            await sharp(await photo())
              .png()
              .toBuffer(),
          ),
      ],
      ['a header and nothing else', async () => (await picture('jpeg')).subarray(0, 24)],
      [
        'noise behind the first bytes of a JPEG',
        async () => Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), someBytes(5_000)]),
      ],
      ['a document', async () => Buffer.from('%PDF-1.7\n1 0 obj')],
    ])('when they are %s', async (_, make) => {
      const before = await stored.keys()
      const answer = await tryUpload(ann, await make(), {
        conversationId: chat,
        kind: 'image',
        name: 'cat.png',
        mime: 'image/png',
      })
      expect([answer.status, answer.body.data?.code]).toEqual([422, 'INVALID'])
      expect(await stored.keys()).toEqual(before)
      expect((await sendFiles(ann, chat, [answer.id])).status).toBe(404)
    })
  })

  it('that are also pages are served as pictures only', async () => {
    const bytes = Buffer.concat([
      await picture('gif'),
      Buffer.from('<script>alert(document.domain)</script><h1>hello</h1>'),
    ])
    const upload = await image(bytes, 'image/gif', { name: 'both.html' })
    const file = await read(ann, upload.url!)
    expect(file.headers.get('content-type')).toBe('image/gif')
    expect(file.headers.get('content-disposition')).toMatch(/^inline; filename="both\.html"/)
  })
})

const half = (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)

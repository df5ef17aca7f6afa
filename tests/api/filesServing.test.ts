import { readdirSync, readlinkSync } from 'node:fs'
import { request } from 'node:http'
import { deflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Person, register } from '../support/person'
import { picture } from '../support/files/pictures'
import { eventually, stores, warnWithoutS3, type StoredServer } from '../support/files/stores'
import { hashOf, MiB, read, sentFile, someBytes, uploaded } from '../support/files/uploads'

warnWithoutS3('Serving files')

describe.each(stores)('a file that is read, $store', ({ isS3, start }) => {
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

  const text = (bytes: string | Buffer, mime = 'text/plain', name = 'notes.txt') =>
    uploaded(ann, Buffer.from(bytes as string), { conversationId: chat, mime, name })

  it.each([
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=8-100', 206, '89', 'bytes 8-9/10'],
    ['bytes=0-', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=10-', 416, null, null],
    ['nothing', 200, '0123456789', null],
  ])('answers the range %s', async (range, status, expected, contentRange) => {
    const { url } = await text('0123456789')
    const file = await read(ann, url!, range === 'nothing' ? {} : { range })
    expect(file.status).toBe(status)
    if (expected !== null)
      expect([String(file.bytes), file.headers.get('content-length')]).toEqual([expected, String(expected.length)])
    if (expected !== null) expect(file.headers.get('content-range')).toBe(contentRange)
    expect(file.headers.get('accept-ranges')).toBe('bytes')
  })

  it('is known by its ETag: not sent again while it is the same, and sent completely when it differs', async () => {
    const { url } = await text('0123456789')
    const etag = (await read(ann, url!)).headers.get('etag')!
    expect((await read(ann, url!, { 'if-none-match': etag })).status).toBe(304)
    expect((await read(ann, url!, { 'if-none-match': '"other"' })).status).toBe(200)
    expect(await read(ann, url!, { range: 'bytes=1-2', 'if-range': etag })).toMatchObject({ status: 206 })
    // Ceph leaves If-Range out.
    if (!isS3)
      expect(await read(ann, url!, { range: 'bytes=1-2', 'if-range': '"other"' })).toMatchObject({ status: 200 })
    const other = await text('9876543210')
    expect((await read(ann, other.url!)).headers.get('etag')).not.toBe(etag)
  })

  it.each([
    ['text/html', 'page.html', '<script>alert(1)</script>'],
    ['image/svg+xml', 'drawing.svg', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['application/xhtml+xml', 'page.xhtml', '<html xmlns="http://www.w3.org/1999/xhtml"/>'],
    ['text/javascript', 'code.js', 'alert(1)'],
    ['', 'page.html', '<script>alert(1)</script>'],
  ])('of the type %s is saved, never shown', async (mime, name, content) => {
    const { url } = await text(content, mime, name)
    const { headers, bytes } = await read(ann, url!)
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="/)
    expect(String(bytes)).toBe(content)
    if (isS3) return
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/)
  })

  it.each([
    ['a picture', 'image/png', () => picture('png'), 'image/png', 'inline'],
    ['a document', 'application/pdf', async () => Buffer.from('%PDF-1.7\n1 0 obj\n'), 'application/pdf', 'inline'],
    ['speech', 'audio/webm', async () => webm(), 'audio/webm', 'inline'],
    ['a film', 'video/webm', async () => webm(), 'video/webm', 'inline'],
    ['speech from elsewhere', 'audio/ogg', async () => opus(), 'audio/ogg', 'inline'],
    [
      'source code, which browsers take for television',
      'video/mp2t',
      async () => Buffer.from('export const a = 1\n'),
      'video/mp2t',
      'attachment',
    ],
    ['an archive that says a lot with little', 'application/zip', async () => bomb(), 'application/zip', 'attachment'],
    [
      'an archive as Windows calls it',
      'application/x-zip-compressed',
      async () => bomb(),
      'application/x-zip-compressed',
      'attachment',
    ],
    ['something that nobody named', '', () => picture('jpeg'), 'image/jpeg', 'inline'],
  ] as const)('keeps its type: %s', async (_, claimed, make, mime, disposition) => {
    const bytes = await make()
    const upload = await uploaded(ann, bytes, { conversationId: chat, mime: claimed, name: 'x' })
    expect([upload.mime, upload.size]).toEqual([mime, bytes.length])
    const file = await read(ann, upload.url!)
    expect(file.headers.get('content-type')).toBe(disposition === 'inline' ? mime : 'application/octet-stream')
    expect(file.headers.get('content-disposition')).toMatch(new RegExp(`^${disposition};`))
    expect(file.bytes.equals(bytes)).toBe(true)
  })

  it.each([
    ['a page', 'image/png', '<html></html>'],
    ['a page', 'application/pdf', '<html></html>'],
    ['a page', 'video/mp4', '<html></html>'],
    ['a document', 'audio/mpeg', '%PDF-1.7\n'],
    ['a moving picture', 'image/jpeg', 'GIF89a'],
  ])('is only saved where %s says it is %s', async (_, mime, content) => {
    const upload = await uploaded(ann, Buffer.from(content.padEnd(64)), { conversationId: chat, mime })
    const { headers } = await read(ann, upload.url!)
    expect([headers.get('content-type'), headers.get('content-disposition')]).toEqual([
      'application/octet-stream',
      expect.stringMatching(/^attachment;/),
    ])
  })

  it.each([
    ['../../../etc/passwd', '.._.._.._etc_passwd'],
    ['a"; filename="evil.exe', 'a"; filename="evil.exe'],
    ['x.txt\r\nSet-Cookie: evil=1', 'x.txt Set-Cookie: evil=1'],
    ['ann\u202Egpj.exe', 'anngpj.exe'],
    [`${'ế'.repeat(400)}.pdf`, `${'ế'.repeat(83)}.pdf`],
  ])('has a harmless name: %j', async (name, clean) => {
    const { headers } = await read(ann, (await text('x', 'text/plain', name)).url!)
    const disposition = headers.get('content-disposition')!
    expect(decodeURIComponent(/filename\*=UTF-8''(.*)$/.exec(disposition)![1]!)).toBe(clean)
    expect(headers.get('set-cookie')).toBeNull()
  })

  it.runIf(isS3)('is read from the store, by an address that is valid for this file for five minutes', async () => {
    const { url } = await text('hello', 'text/plain')
    const answer = await ann.get(url!)
    const address = new URL(answer.headers.get('location')!)
    expect([
      answer.status,
      address.searchParams.get('X-Amz-Expires'),
      address.searchParams.get('X-Amz-SignedHeaders'),
    ]).toEqual([302, '300', 'host'])
    expect(answer.headers.get('cache-control')).toBe('private, no-store')
    for (const [name, value] of [
      ['X-Amz-Expires', '9999'],
      ['response-content-type', 'text/html'],
      ['response-content-disposition', 'inline'],
    ] as const) {
      const changed = new URL(address)
      changed.searchParams.set(name, value)
      expect((await fetch(changed)).status).toBe(403)
    }
  })

  describe.skipIf(isS3)('from this server', () => {
    it('has headers that separate it from the pages', async () => {
      const message = await sentFile(ann, chat, await picture('png'), { mime: 'image/png' })
      const { headers } = await read(bob, message.attachments[0]!.url)
      expect(Object.fromEntries(headers)).toMatchObject({
        'x-content-type-options': 'nosniff',
        'content-security-policy': expect.stringMatching(/^sandbox; default-src 'none'/),
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'private, no-store',
        'accept-ranges': 'bytes',
      })
    })

    it('answers HEAD like GET, without the bytes', async () => {
      const { url } = await text('0123456789')
      const [head, get] = [await read(ann, url!, {}, 'HEAD'), await read(ann, url!)]
      expect([head.status, head.bytes.length, head.headers.get('content-length')]).toEqual([200, 0, '10'])
      const fixed = ({ headers }: { headers: Headers }) =>
        [...headers].filter(([name]) => !['date', 'connection', 'keep-alive', 'x-request-id'].includes(name))
      expect(fixed(head)).toEqual(fixed(get))
      expect((await read(bob, url!, {}, 'HEAD')).status).toBe(404)
    })

    it('is closed when the reader disconnects', async () => {
      const { url } = await text(someBytes(64 * MiB), '')
      await Promise.all(Array.from({ length: 10 }, () => readAndLeave(new URL(url!, ann.baseUrl), ann.cookieHeader())))
      await eventually(() => openFiles() === 0, 'all files are closed')
      expect(hashOf((await read(ann, url!)).bytes)).toHaveLength(64)
    })

    /** Files of the store that the server has open. */
    function openFiles(): number {
      const folder = `/proc/${stored.server.process.pid}/fd`
      return readdirSync(folder).filter((fd) => linkOf(`${folder}/${fd}`).includes('/files/objects/')).length
    }
  })
})

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

/** Asks for a file, takes its beginning and lets go. */
function readAndLeave(url: URL, cookie: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { headers: { cookie }, agent: false }, (response) => {
      response.once('data', () => outgoing.destroy())
      response.on('error', () => {})
      response.on('close', () => resolve())
    })
    outgoing.on('error', reject)
    outgoing.end()
  })
}

/** The beginning of a WebM, which does not say whether there is a picture in it. */
const webm = () =>
  Buffer.concat([
    Buffer.from(
      '1a45dfa39f4286810142f7810142f2810442f381084282847765626d42878104428581021853806701ffffffffffffff',
      'hex',
    ),
    Buffer.alloc(64),
  ])
/** The first page of an Ogg with Opus in it. */
const opus = () =>
  Buffer.concat([
    Buffer.from('OggS'),
    Buffer.alloc(22),
    Buffer.from([1, 19]),
    Buffer.from('OpusHead'),
    Buffer.alloc(200),
  ])

/** A ZIP of one file: 100 MB of nothing in 100 kB. */
function bomb(): Buffer {
  const data = deflateRawSync(Buffer.alloc(100_000_000))
  const name = Buffer.from('zeros.bin')
  const header = Buffer.alloc(30)
  header.write('PK\x03\x04', 'latin1')
  header.writeUInt16LE(20, 4)
  header.writeUInt16LE(8, 8)
  header.writeUInt32LE(data.length, 18)
  header.writeUInt32LE(100_000_000, 22)
  header.writeUInt16LE(name.length, 26)
  return Buffer.concat([header, name, data])
}

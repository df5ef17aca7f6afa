import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rawRequest } from '../support/raw'
import { Person, register } from '../support/person'
import { stores, warnWithoutS3, type StoredServer } from '../support/files/stores'
import {
  begin,
  begun,
  complete,
  hashOf,
  MiB,
  putPart,
  read,
  sendParts,
  slice,
  someBytes,
  tryUpload,
  uploaded,
} from '../support/files/uploads'

warnWithoutS3('Uploads')

describe.each(stores)('uploads, $store', ({ isS3, start }) => {
  let stored: StoredServer
  let ann: Person
  let bob: Person
  let conversationId: string

  beforeAll(async () => {
    stored = await start()
    ;[ann, bob] = (await Promise.all(['Ann', 'Bob'].map((name) => register(stored.server.url, name)))) as [
      Person,
      Person,
    ]
    conversationId = (await ann.chatWith(bob)).id
  })
  afterAll(() => stored?.stop())

  it('gets parts of 8 MiB whose addresses lead to the store', async () => {
    const upload = await begun(ann, {
      conversationId,
      name: '../a/b.txt',
      mime: 'text/plain; charset=utf-8',
      size: 20 * MiB,
    })
    expect(upload).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      conversationId,
      kind: 'file',
      name: '.._a_b.txt',
      mime: 'text/plain',
      size: 20 * MiB,
      status: 'pending',
      partSize: 8 * MiB,
      parts: [1, 2, 3].map((number) => ({
        number,
        method: 'PUT',
        headers: {},
        url: expect.stringMatching(isS3 ? /^http.*X-Amz-Signature=/ : /^\/api\/storage\//),
      })),
      url: null,
      thumbnailUrl: null,
      width: null,
      height: null,
      durationMs: null,
      waveform: null,
    })
  })

  it('stores a file of several parts bit for bit, in whatever order they arrive', async () => {
    const bytes = someBytes(18 * MiB + 12_345)
    const upload = await begun(ann, { conversationId, size: bytes.length })
    const parts = await sendParts(ann, upload, bytes, upload.parts.toReversed())
    const answer = await complete(ann, upload.id, parts.toReversed())
    expect([answer.status, answer.body.upload]).toMatchObject([
      200,
      { status: 'complete', parts: [], size: bytes.length, url: `/api/files/${upload.id}` },
    ])
    const file = await read(ann, answer.body.upload.url)
    expect([file.status, hashOf(file.bytes)]).toEqual([200, hashOf(bytes)])
    // Again answers the same, also to a client that has forgotten its parts.
    for (const again of [parts, [{ number: 1, etag: '"x"' }]])
      expect(await complete(ann, upload.id, again)).toMatchObject({ status: 200, body: answer.body })
    expect((await ann.post(`/api/uploads/${upload.id}/parts`, { numbers: [1] })).status).toBe(409)
  })

  it('continues after a reload, with new addresses for the missing parts', async () => {
    const bytes = someBytes(17 * MiB)
    const upload = await begun(ann, { conversationId, size: bytes.length })
    const [first] = await sendParts(ann, upload, bytes, upload.parts.slice(0, 1))
    const missing = await complete(ann, upload.id, [first!])
    expect([missing.status, missing.body.data.issues[0].path]).toEqual([422, ['parts']])
    const signed = await ann.post(`/api/uploads/${upload.id}/parts`, { numbers: [3, 2, 3] })
    expect([signed.status, signed.body.upload.parts.length]).toEqual([200, 2])
    const invented = await complete(ann, upload.id, [
      first!,
      { number: 2, etag: first!.etag },
      { number: 3, etag: first!.etag },
    ])
    expect([invented.status, invented.body.data.code]).toEqual([422, 'INVALID'])
    const rest = await sendParts(ann, upload, bytes, signed.body.upload.parts)
    expect((await complete(ann, upload.id, [first!, ...rest])).status).toBe(200)
    expect(hashOf((await read(ann, `/api/files/${upload.id}`)).bytes)).toBe(hashOf(bytes))
  })

  it('accepts a part that is sent again', async () => {
    const bytes = someBytes(8 * MiB + 1)
    const upload = await begun(ann, { conversationId, size: bytes.length })
    for (let attempt = 0; attempt < 3; attempt++) await putPart(ann, upload.parts[0]!, slice(bytes, upload, 1))
    const again = await Promise.all([1, 2].map(() => sendParts(ann, upload, bytes)))
    expect((await complete(ann, upload.id, again[1]!)).status).toBe(200)
    expect(hashOf((await read(ann, `/api/files/${upload.id}`)).bytes)).toBe(hashOf(bytes))
  })

  it('is completed once by many requests at the same time', async () => {
    const bytes = someBytes(9 * MiB)
    const upload = await begun(ann, { conversationId, size: bytes.length })
    const parts = await sendParts(ann, upload, bytes)
    const answers = await Promise.all(Array.from({ length: 5 }, () => complete(ann, upload.id, parts)))
    expect(answers.map(({ status }) => status).filter((status) => ![200, 409].includes(status))).toEqual([])
    expect(answers.map(({ status }) => status)).toContain(200)
    expect((await complete(ann, upload.id, parts)).status).toBe(200)
    expect(hashOf((await read(ann, `/api/files/${upload.id}`)).bytes)).toBe(hashOf(bytes))
  })

  it.each([
    [
      'each part once',
      (etag: string) => [
        { number: 1, etag },
        { number: 1, etag },
      ],
    ],
    [
      'no more parts than there are',
      (etag: string) => [
        { number: 1, etag },
        { number: 2, etag },
      ],
    ],
    ['parts that exist', (etag: string) => [{ number: 257, etag }]],
    ['at least one part', () => []],
    ['ETags that look like ones', () => [{ number: 1, etag: '../../jwt-secret' }]],
  ])('requires %s at the end, and can still be completed', async (_, wrong) => {
    const upload = await begun(ann, { conversationId, size: 5 })
    const parts = await sendParts(ann, upload, Buffer.from('hello'))
    const refused = await complete(ann, upload.id, wrong(parts[0]!.etag))
    expect([refused.status, refused.body.data.code]).toEqual([422, 'INVALID'])
    expect((await complete(ann, upload.id, parts)).status).toBe(200)
  })

  it('accepts neither more nor fewer bytes than were claimed', async () => {
    const upload = await begun(ann, { conversationId, size: 1024 })
    expect((await putPart(ann, upload.parts[0]!, someBytes(MiB))).status).toBeGreaterThanOrEqual(400)
    expect((await putPart(ann, upload.parts[0]!, someBytes(1023))).status).toBeGreaterThanOrEqual(400)
    expect((await complete(ann, upload.id, [{ number: 1, etag: '"x"' }])).status).toBe(422)
    const large = await begun(ann, { conversationId, size: 100 * MiB })
    expect((await putPart(ann, large.parts[0]!, Buffer.from('little'))).status).toBeGreaterThanOrEqual(400)
    const last = large.parts.at(-1)!
    expect((await putPart(ann, last, someBytes(8 * MiB))).status).toBeGreaterThanOrEqual(400)
  })

  it('cannot be sent, completed or read by anybody else', async () => {
    const stranger = await register(stored.server.url, 'Eve')
    const upload = await begun(ann, { conversationId, size: 5 })
    const parts = await sendParts(ann, upload, Buffer.from('hello'))
    for (const other of [bob, stranger]) {
      const answers = [
        await other.post(`/api/uploads/${upload.id}/parts`, { numbers: [1] }),
        await complete(other, upload.id, parts),
        await other.request('DELETE', `/api/uploads/${upload.id}`),
      ]
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404])
    }
    expect((await complete(ann, upload.id, parts)).status).toBe(200)
    for (const other of [bob, stranger, new Person(stored.server.url)]) {
      expect((await read(other, `/api/files/${upload.id}`)).status).toBe(other.user ? 404 : 401)
    }
    expect((await begin(stranger, { conversationId })).status).toBe(404)
  })

  it('cannot be completed with the parts of another upload', async () => {
    const [one, other] = [await begun(ann, { conversationId, size: 5 }), await begun(bob, { conversationId, size: 5 })]
    const parts = await sendParts(bob, other, Buffer.from('other'))
    expect((await complete(ann, one.id, parts)).status).toBe(422)
  })

  it('leaves nothing when it is cancelled, before or after it is complete', async () => {
    const before = await stored.keys()
    const pending = await begun(ann, { conversationId, size: 9 * MiB })
    const waiting = await stored.unfinished()
    await sendParts(ann, pending, someBytes(9 * MiB), pending.parts.slice(0, 1))
    expect((await ann.request('DELETE', `/api/uploads/${pending.id}`)).status).toBe(204)
    expect(await stored.unfinished()).toBe(waiting - 1)
    expect((await putPart(ann, pending.parts[0]!, someBytes(8 * MiB))).status).toBeGreaterThanOrEqual(400)
    const whole = await uploaded(ann, someBytes(10), { conversationId })
    expect((await ann.request('DELETE', `/api/uploads/${whole.id}`)).status).toBe(204)
    expect(await stored.keys()).toEqual(before)
    for (const id of [pending.id, whole.id]) {
      expect((await ann.request('DELETE', `/api/uploads/${id}`)).status).toBe(404)
      expect((await complete(ann, id, [{ number: 1, etag: '"x"' }])).status).toBe(404)
      expect((await read(ann, `/api/files/${id}`)).status).toBe(404)
    }
  })

  it.runIf(!isS3)('refuses a part at a forged address', async () => {
    const upload = await begun(ann, { conversationId, size: 5 })
    const { url } = upload.parts[0]!
    const put = (path: string) =>
      rawRequest(stored.server.url, { method: 'PUT', path, body: 'hello', headers: { 'content-length': '5' } })
    const forged = [
      [url.replace(/signature=.*/, `signature=${'A'.repeat(43)}`), 403],
      [url.replace(/signature=.*/, 'signature='), 403],
      [url.replace(/expires=\d+/, 'expires=9999999999999'), 403],
      [url.replace(/expires=\d+/, 'expires=1'), 403],
      [url.replace('/1?', '/2?'), 403],
      [url.replace('size=5', 'size=6'), 403],
      [url.replace(/storage\/[^/]+/, 'storage/..%2f..'), 422],
      [url.replace(/&signature=.*/, ''), 422],
    ] as const
    for (const [path, status] of forged) expect([path, (await put(path)).status]).toEqual([path, status])
    expect((await put(url)).status).toBe(200)
  })

  it('of a file that differs from its claim is refused and leaves nothing', async () => {
    const before = await stored.keys()
    const answer = await tryUpload(ann, Buffer.from('<html><script>alert(1)</script></html>'), {
      conversationId,
      name: 'cat.png',
      mime: 'image/png',
      kind: 'image',
    })
    expect([answer.status, answer.body.data.code]).toEqual([422, 'INVALID'])
    expect(await stored.keys()).toEqual(before)
    expect((await read(ann, `/api/files/${answer.id}`)).status).toBe(404)
  })
})

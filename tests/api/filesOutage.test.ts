import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Person, register } from '../support/person'
import { startServer, type TestServer } from '../support/server'
import { photo } from '../support/files/pictures'
import { startProxy, type Proxy } from '../support/files/proxy'
import {
  createBucket,
  eventually,
  s3Environment,
  S3_ENDPOINT,
  warnWithoutS3,
  type Bucket,
} from '../support/files/stores'
import {
  begin,
  begun,
  complete,
  hashOf,
  MiB,
  putPart,
  read,
  sendFiles,
  sendParts,
  slice,
  someBytes,
  tryUpload,
  uploaded,
  type SentEtag,
} from '../support/files/uploads'

warnWithoutS3('A store that fails')

describe.skipIf(!S3_ENDPOINT)('a store that fails', () => {
  let proxy: Proxy
  let bucket: Bucket
  let server: TestServer
  let ann: Person
  let bob: Person
  let chat: string

  beforeAll(async () => {
    ;[proxy, bucket] = await Promise.all([startProxy(S3_ENDPOINT!), createBucket()])
    server = await startServer(s3Environment(bucket.name, proxy.url))
    ;[ann, bob] = (await Promise.all(['Ann', 'Bob'].map((name) => register(server.url, name)))) as [Person, Person]
    chat = (await ann.chatWith(bob)).id
  })
  afterAll(async () => {
    await server?.discard()
    await Promise.all([proxy?.stop(), bucket?.remove()])
  })
  afterEach(() => {
    proxy.decide = () => 'pass'
  })

  it('answers 503 to part 7 of 20: that part is sent again, and nobody else notices', async () => {
    const bytes = someBytes(19 * 8 * MiB + 5)
    const upload = await begun(ann, { conversationId: chat, size: bytes.length })
    const refused = { left: 3 }
    proxy.decide = ({ url }) => {
      const isSeventh = url!.includes('partNumber=7&') && url!.includes(upload.id)
      return isSeventh && refused.left-- > 0 ? 'busy' : 'pass'
    }
    const sent: SentEtag[] = []
    const statuses: number[] = []
    const others = uploaded(bob, someBytes(9 * MiB), { conversationId: chat })
    for (const part of upload.parts) {
      let answer = await putPart(ann, part, slice(bytes, upload, part.number))
      while (answer.status !== 200) {
        statuses.push(answer.status)
        answer = await putPart(ann, part, slice(bytes, upload, part.number))
      }
      sent.push({ number: part.number, etag: answer.etag })
    }
    expect([upload.parts.length, statuses]).toEqual([20, [503, 503, 503]])
    expect((await complete(ann, upload.id, sent)).status).toBe(200)
    expect(hashOf((await read(ann, `/api/files/${upload.id}`)).bytes)).toBe(hashOf(bytes))
    expect((await others).status).toBe('complete')
  })

  it('disappears in the middle of an upload: sent parts are kept, and the rest follows when it is back', async () => {
    const bytes = someBytes(20 * MiB)
    const upload = await begun(ann, { conversationId: chat, size: bytes.length })
    const first = await sendParts(ann, upload, bytes, upload.parts.slice(0, 1))
    const small = await begun(bob, { conversationId: chat, size: 5 })
    const parts = await sendParts(bob, small, Buffer.from('hello'))
    proxy.decide = () => 'cut'
    await expect(putPart(ann, upload.parts[1]!, slice(bytes, upload, 2))).rejects.toThrow('fetch failed')
    const answers = [await complete(bob, small.id, parts), await begin(ann, { conversationId: chat, size: 5 })]
    for (const { status, body } of answers) expect([status, body.data.code]).toEqual([503, 'UNAVAILABLE'])
    expect((await sendFiles(bob, chat, [small.id])).status).toBe(409)
    expect((await ann.get('/api/ready')).status).toBe(503)
    // What needs no file goes on, also signing, which asks nobody.
    expect((await ann.send(chat, 'still here')).text).toBe('still here')
    const signed = await ann.post(`/api/uploads/${upload.id}/parts`, { numbers: [2, 3] })
    expect(signed.status).toBe(200)
    proxy.decide = () => 'pass'
    await eventually(async () => (await ann.get('/api/ready')).status === 200, 'the server is ready again')
    const rest = await sendParts(ann, upload, bytes, signed.body.upload.parts)
    expect((await complete(ann, upload.id, [...first, ...rest])).status).toBe(200)
    expect((await complete(bob, small.id, parts)).status).toBe(200)
    expect((await sendFiles(bob, chat, [small.id])).status).toBe(201)
    expect(hashOf((await read(ann, `/api/files/${upload.id}`)).bytes)).toBe(hashOf(bytes))
  })

  it.each([
    ['the object is being made', ({ method, url }) => method === 'POST' && url.includes('uploadId=')],
    ['the picture is fetched', ({ method }) => method === 'GET'],
    ['a thumbnail is written', ({ method, url }) => method === 'PUT' && url.includes('large.webp')],
    ['the clean picture is written', ({ method, url }) => method === 'PUT' && url.includes('/clean')],
  ] as [string, (asked: { method: string; url: string }) => boolean][])(
    'stops answering while %s: the completion can be tried again',
    async (_, hits) => {
      const bytes = await photo()
      const upload = await begun(ann, { conversationId: chat, kind: 'image', mime: 'image/jpeg', size: bytes.length })
      const parts = await sendParts(ann, upload, bytes)
      proxy.decide = ({ method, url }) => (hits({ method: method!, url: url! }) ? 'busy' : 'pass')
      const before = proxy.counts.busy
      expect((await complete(ann, upload.id, parts)).status).toBe(503)
      expect(proxy.counts.busy).toBeGreaterThan(before)
      expect((await sendFiles(ann, chat, [upload.id])).status).toBe(409)
      proxy.decide = () => 'pass'
      expect((await complete(ann, upload.id, parts)).status).toBe(200)
      expect((await read(ann, `/api/files/${upload.id}`)).status).toBe(200)
      expect((await bucket.keys()).filter((key) => key.includes(upload.id))).toHaveLength(3)
    },
  )

  it('loses the answer to a completion: the object is made once', async () => {
    const bytes = someBytes(100)
    const upload = await begun(ann, { conversationId: chat, size: 100 })
    const parts = await sendParts(ann, upload, bytes)
    proxy.decide = ({ method }) => (method === 'POST' ? 'mute' : 'pass')
    expect((await complete(ann, upload.id, parts)).status).toBe(200)
    expect((await read(ann, `/api/files/${upload.id}`)).bytes.equals(bytes)).toBe(true)
  })

  it('is away when a picture is refused, a message deleted, an upload cancelled: nobody can read the files, and they are removed later', async () => {
    const file = await uploaded(ann, someBytes(10), { conversationId: chat })
    const sent = (await sendFiles(ann, chat, [file.id])).body.message
    const unsent = await uploaded(ann, someBytes(10), { conversationId: chat })
    proxy.decide = ({ method }) => (method === 'DELETE' ? 'cut' : 'pass')
    expect((await ann.request('DELETE', `/api/conversations/${chat}/messages/${sent.id}`)).status).toBe(204)
    expect((await ann.request('DELETE', `/api/uploads/${unsent.id}`)).status).toBe(204)
    for (const id of [file.id, unsent.id]) expect((await ann.get(`/api/files/${id}`)).status).toBe(404)
    const refused = await tryUpload(ann, Buffer.from('<html></html>'), {
      conversationId: chat,
      kind: 'image',
      mime: 'image/png',
    })
    expect(refused.status).toBe(422)
    expect((await complete(ann, refused.id, [{ number: 1, etag: '"x"' }])).status).toBe(404)
  })
})

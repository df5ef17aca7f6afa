import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { begun, sendParts } from '../support/files/uploads'
import { newClientId, register, type Person } from '../support/person'
import { rawRequest, type RawAnswer } from '../support/raw'
import { startServer, type TestServer } from '../support/server'

let server: TestServer
let ann: Person
let chat: string

beforeAll(async () => {
  server = await startServer()
  const [first, bob] = [await register(server.url), await register(server.url)]
  ann = first
  chat = (await ann.chatWith(bob)).id
  for (let index = 0; index < 20; index++) await ann.send(chat, `Message ${index} of a long conversation`)
})
afterAll(() => server.discard())

function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<RawAnswer> {
  return rawRequest(server.url, {
    method,
    path,
    headers: { cookie: ann.cookieHeader(), 'accept-encoding': 'gzip, deflate, br', ...headers },
  })
}

const plain = { 'accept-encoding': 'identity' }
const unpack = ({ headers, bytes }: RawAnswer): string => {
  const encoding = headers['content-encoding']
  return String(encoding === 'br' ? brotliDecompressSync(bytes) : encoding === 'gzip' ? gunzipSync(bytes) : bytes)
}
const page = () => `/api/conversations/${chat}/messages`

async function scriptOfLogin(): Promise<string> {
  const { text } = await ask('/login', { ...plain, cookie: '' })
  const sizes = [...text.matchAll(/\/_nuxt\/[\w.-]+\.(?:js|css)/g)].map(async ([path]) => ({
    path,
    size: (await ask(path, plain)).bytes.length,
  }))
  return (await Promise.all(sizes)).toSorted((a, b) => b.size - a.size)[0]!.path
}

it.each([
  ['br', 'gzip, deflate, br, zstd'],
  ['gzip', 'gzip'],
  ['gzip', 'br;q=0, gzip'],
  [undefined, 'identity'],
  [undefined, 'gzip;q=0, br;q=0'],
])('answers JSON in %s to a client that accepts "%s"', async (encoding, accepted) => {
  const whole = await ask(page(), plain)
  const answer = await ask(page(), { 'accept-encoding': accepted })
  expect(answer.headers['content-encoding']).toBe(encoding)
  expect(answer.headers.vary).toMatch(/accept-encoding/i)
  expect(JSON.parse(unpack(answer))).toEqual(JSON.parse(whole.text))
  if (encoding) expect(answer.bytes.length).toBeLessThan(whole.bytes.length / 3)
})

it('compresses pages', async () => {
  const answer = await ask('/login', { cookie: '' })
  expect(answer.headers['content-encoding']).toBe('br')
  expect(unpack(answer)).toContain('action="/api/auth/login"')
})

it('does not compress small answers', async () => {
  const answer = await ask('/api/me')
  expect(answer.headers['content-encoding']).toBeUndefined()
  expect(JSON.parse(answer.text).user.id).toBe(ann.user.id)
})

it.each(['br', 'gzip'])("serves the build's files in %s, cached by encoding", async (encoding) => {
  const path = await scriptOfLogin()
  const whole = await ask(path, plain)
  const answer = await ask(path, { 'accept-encoding': encoding })
  expect(answer.headers).toMatchObject({ 'content-encoding': encoding, 'content-type': whole.headers['content-type'] })
  expect(answer.headers['content-length']).toBe(String(answer.bytes.length))
  for (const { headers } of [whole, answer]) expect(headers.vary).toMatch(/accept-encoding/i)
  expect(answer.headers['cache-control']).toContain('immutable')
  expect(answer.headers.etag).not.toBe(whole.headers.etag)
  expect(unpack(answer)).toBe(whole.text)
  expect(answer.bytes.length).toBeLessThan(whole.bytes.length / 2)
  const again = await ask(path, { 'accept-encoding': encoding, 'if-none-match': String(answer.headers.etag) })
  expect([again.status, again.bytes.length]).toEqual([304, 0])
  const head = await ask(path, { 'accept-encoding': encoding }, 'HEAD')
  expect([head.status, head.headers['content-encoding'], head.headers['content-length'], head.bytes.length]).toEqual([
    200,
    encoding,
    String(answer.bytes.length),
    0,
  ])
})

it('answers HEAD like an uncompressed GET, without a body', async () => {
  const head = await ask('/login', { cookie: '' }, 'HEAD')
  expect([head.status, head.headers['content-encoding'], head.bytes.length]).toEqual([200, undefined, 0])
})

it('never compresses a file that somebody sent, neither the whole nor a part', async () => {
  const bytes = Buffer.from(JSON.stringify(Array.from({ length: 500 }, (_, index) => ({ index }))))
  const upload = await begun(ann, {
    conversationId: chat,
    name: 'data.json',
    mime: 'application/json',
    size: bytes.length,
  })
  await ann.post(`/api/uploads/${upload.id}/complete`, { parts: await sendParts(ann, upload, bytes) })
  await ann.post(`/api/conversations/${chat}/messages`, { clientId: newClientId(), uploadIds: [upload.id] })
  const answer = await ask(`/api/files/${upload.id}`)
  expect([answer.status, answer.headers['content-encoding'], answer.bytes.equals(bytes)]).toEqual([
    200,
    undefined,
    true,
  ])
  const part = await ask(`/api/files/${upload.id}`, { range: 'bytes=0-1999' })
  expect([part.status, part.headers['content-encoding'], part.bytes.equals(bytes.subarray(0, 2_000))]).toEqual([
    206,
    undefined,
    true,
  ])
})

it.each([
  ['a visit that another site makes', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
  ['a request from a neighbouring site', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' }],
  ['a window that shows the answer itself', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }],
])('compresses no answer of the API for %s, because its length would reveal its content', async (_whose, headers) => {
  expect((await ask(page(), headers)).headers['content-encoding']).toBeUndefined()
  const own = await ask(page(), { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' })
  expect(own.headers['content-encoding']).toBe('br')
})

it('compresses no answer with a secret: invite links and signed addresses', async () => {
  const group = (await ann.post('/api/conversations', { kind: 'group', name: 'Guests', memberIds: [] })).body
    .conversation.id
  for (let index = 0; index < 8; index++) await ann.post(`/api/conversations/${group}/invites`, {})
  const invites = await ask(`/api/conversations/${group}/invites`)
  expect(invites.bytes.length).toBeGreaterThan(1_024)
  const upload = { conversationId: chat, name: 'a', mime: 'text/plain', size: 100 * 1024 ** 2, kind: 'file' }
  const body = JSON.stringify(upload)
  const headers = { cookie: ann.cookieHeader(), 'accept-encoding': 'br', 'content-type': 'application/json' }
  const uploads = await rawRequest(server.url, { method: 'POST', path: '/api/uploads', headers, body })
  expect([uploads.status, uploads.bytes.length > 1_024]).toEqual([201, true])
  for (const answer of [invites, uploads]) {
    expect(answer.headers['content-encoding']).toBeUndefined()
    expect(answer.headers['cache-control']).toBe('no-store, no-transform')
  }
})

it('names its version', async () => {
  const health = JSON.parse((await ask('/api/health')).text)
  expect(health).toEqual({
    status: 'ok',
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    commit: expect.toSatisfy((commit) => commit === null || /^[0-9a-f]{7,40}$/.test(commit)),
  })
})

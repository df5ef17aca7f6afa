import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Person, register } from '../support/person'
import { startServer, type TestServer } from '../support/server'
import { begin, begun, MiB, uploaded, someBytes } from '../support/files/uploads'

let server: TestServer
let ann: Person
let bob: Person
let conversationId: string

beforeAll(async () => {
  // A quota of 20 MiB and, where single files are concerned, one that is never reached.
  server = await startServer({ UPLOAD_QUOTA_GIB: String(20 / 1024), S3_BUCKET: '' })
  ;[ann, bob] = (await Promise.all(['Ann', 'Bob'].map((name) => register(server.url, name)))) as [Person, Person]
  conversationId = (await ann.chatWith(bob)).id
})
afterAll(() => server?.discard())

describe('a claim', () => {
  it.each([
    ['nothing', { size: 0 }],
    ['less than nothing', { size: -1 }],
    ['half a byte', { size: 0.5 }],
    ['one byte more than 2 GiB', { size: 2 * 1024 ** 3 + 1 }],
    ['a picture of one byte more than 30 MiB', { kind: 'image', size: 30 * MiB + 1 }],
    ['a face of one byte more than 10 MiB', { kind: 'avatar', size: 10 * MiB + 1 }],
    ['no name', { name: '' }],
    ['a name without end', { name: 'x'.repeat(2_000) }],
    ['a type that is none', { mime: 'cat' }],
    ['a type with another header', { mime: 'text/plain\r\nX-Evil: 1' }],
    ['a kind that is none', { kind: 'page' }],
    ['a place of its own in the store', { key: 'uploads/elsewhere' }],
  ] as const)('is refused if it is %s', async (_, claim) => {
    const answer = await begin(ann, { conversationId, ...(claim as object) })
    expect([answer.status, answer.body.data.code]).toEqual([422, 'INVALID'])
    expect(answer.body.data.issues.length).toBeGreaterThan(0)
  })

  it.each([{ size: 2 * 1024 ** 3 }, { kind: 'image', size: 30 * MiB }])(
    'is allowed at the limit, except for the quota: %j',
    async (claim) => {
      expect((await begin(ann, { conversationId, ...(claim as object) })).status).toBe(413)
    },
  )
})

describe('the quota', () => {
  it('counts uploads that were begun, refuses too many bytes, and frees those of cancelled uploads', async () => {
    const carol = await register(server.url, 'Carol')
    const chat = (await carol.chatWith(ann)).id
    const first = await begun(carol, { conversationId: chat, size: 15 * MiB })
    const refused = await begin(carol, { conversationId: chat, size: 5 * MiB + 1 })
    expect([refused.status, refused.body.data.code]).toEqual([413, 'TOO_LARGE'])
    // Another's files do not count.
    expect((await begin(bob, { conversationId, size: 15 * MiB })).status).toBe(201)
    expect((await carol.request('DELETE', `/api/uploads/${first.id}`)).status).toBe(204)
    expect((await begin(carol, { conversationId: chat, size: 20 * MiB })).status).toBe(201)
  })

  it('holds for many requests at once', async () => {
    const dora = await register(server.url, 'Dora')
    const chat = (await dora.chatWith(ann)).id
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => begin(dora, { conversationId: chat, size: 6 * MiB })),
    )
    const given = answers.filter(({ status }) => status === 201).length
    expect(given).toBeLessThanOrEqual(3)
    expect(answers.filter(({ status }) => status !== 201).every(({ status }) => status === 413)).toBe(true)
    // Those that were refused take no room.
    let more = 0
    while ((await begin(dora, { conversationId: chat, size: 6 * MiB })).status === 201) more++
    expect(given + more).toBe(3)
  })

  it('is freed when a message is deleted', async () => {
    const emil = await register(server.url, 'Emil')
    const chat = (await emil.chatWith(ann)).id
    const upload = await uploaded(emil, someBytes(12 * MiB), { conversationId: chat })
    const sent = await emil.post(`/api/conversations/${chat}/messages`, {
      clientId: 'a-client-id',
      uploadIds: [upload.id],
    })
    expect((await begin(emil, { conversationId: chat, size: 12 * MiB })).status).toBe(413)
    await emil.request('DELETE', `/api/conversations/${chat}/messages/${sent.body.message.id}`)
    await expect.poll(async () => (await begin(emil, { conversationId: chat, size: 12 * MiB })).status).toBe(201)
  })
})

it('limits how often uploads can begin', async () => {
  const limited = await startServer({ RATE_LIMIT_FACTOR: '0.04', S3_BUCKET: '' })
  try {
    const [one, other] = [await register(limited.url), await register(limited.url)]
    const chat = (await one.chatWith(other)).id
    const statuses = []
    for (let count = 0; count < 13; count++) statuses.push((await begin(one, { conversationId: chat })).status)
    expect(statuses).toEqual([...Array(12).fill(201), 429])
  } finally {
    await limited.discard()
  }
})

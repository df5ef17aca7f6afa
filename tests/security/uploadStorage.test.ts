import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { LIMITS } from '#shared/limits'
import { begin, begun, complete, hashOf, MiB, putPart, read, someBytes } from '../support/files/uploads'
import { type Person, register } from '../support/person'
import { startServer, type TestServer } from '../support/server'

let server: TestServer
let ann: Person
let chat: string

beforeAll(async () => {
  server = await startServer({ S3_BUCKET: '' })
  ann = await register(server.url, 'Ann')
  chat = (await ann.chatWith(await register(server.url, 'Bob'))).id
})
afterAll(() => server.discard())

async function bytesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => stat(join(entry.parentPath, entry.name)).catch(() => ({ size: 0 }))),
  )
  return sizes.reduce((sum, { size }) => sum + size, 0)
}

it('one address of a part cannot fill the disk, however often it is used', async () => {
  const unfinished = join(server.dataDir, 'files/unfinished')
  const upload = await begun(ann, { conversationId: chat, size: MiB })
  for (let count = 0; count < 60; count++)
    expect((await putPart(ann, upload.parts[0]!, someBytes(MiB))).status).toBe(200)
  expect(await bytesBelow(unfinished)).toBeLessThan(1.1 * MiB)
  // Many at once: the older ones break off.
  let most = 0
  const timer = setInterval(async () => (most = Math.max(most, await bytesBelow(unfinished))), 5)
  const attempts = await Promise.allSettled(
    Array.from({ length: 60 }, () => putPart(ann, upload.parts[0]!, someBytes(MiB))),
  )
  clearInterval(timer)
  expect(attempts.some((attempt) => attempt.status === 'fulfilled' && attempt.value.status === 200)).toBe(true)
  expect(most).toBeLessThan(4 * MiB)
  const bytes = someBytes(MiB)
  const { etag } = await putPart(ann, upload.parts[0]!, bytes)
  const { status, body } = await complete(ann, upload.id, [{ number: 1, etag }])
  expect([status, hashOf((await read(ann, body.upload.url)).bytes)]).toEqual([200, hashOf(bytes)])
  expect(await bytesBelow(unfinished)).toBe(0)
})

it('a person can have a limited number of unfinished uploads, and of their bytes', async () => {
  const carol = await register(server.url, 'Carol')
  const carolChat = (await carol.chatWith(ann)).id
  const ids: string[] = []
  for (let count = 0; count < LIMITS.pendingUploads; count++)
    ids.push((await begun(carol, { conversationId: carolChat })).id)
  const refused = await begin(carol, { conversationId: carolChat })
  expect([refused.status, refused.body.data.code, refused.headers.get('retry-after')]).toEqual([
    429,
    'RATE_LIMITED',
    '60',
  ])
  await carol.request('DELETE', `/api/uploads/${ids[0]}`)
  expect((await begin(carol, { conversationId: carolChat })).status).toBe(201)
  const dora = await register(server.url, 'Dora')
  const theirs = (await dora.chatWith(ann)).id
  const statuses = []
  for (let count = 0; count < 5; count++)
    statuses.push((await begin(dora, { conversationId: theirs, size: LIMITS.fileBytes })).status)
  expect(statuses).toEqual([201, 201, 201, 201, 429])
})

it('an upload that would fill the disk is refused, and messages can still be sent', async () => {
  const full = await startServer({ S3_BUCKET: '', DISK_RESERVE_MIB: String(1024 ** 3) })
  try {
    const [one, two] = [await register(full.url, 'One'), await register(full.url, 'Two')]
    const { id } = await one.chatWith(two)
    const refused = await begin(one, { conversationId: id })
    expect([refused.status, refused.body.data.code, refused.headers.get('retry-after')]).toEqual([
      503,
      'UNAVAILABLE',
      '60',
    ])
    await expect.poll(() => full.log.some((line) => line.includes('the disk is nearly full'))).toBe(true)
    expect(
      (await one.post(`/api/conversations/${id}/messages`, { clientId: 'some-client-id', text: 'hello' })).status,
    ).toBe(201)
  } finally {
    await full.discard()
  }
})

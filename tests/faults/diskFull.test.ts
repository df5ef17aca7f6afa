import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { decode, encode } from '../../server/embedded/bson/document'
import { Database } from '../../server/embedded/store/database'
import { temporaryFolder } from '../support/folder'
import { newClientId, register, type Person } from '../support/person'
import { startServer, type TestServer } from '../support/server'

/** What is printed outside the log, also by libraries. */
const printed = vi.hoisted(() => {
  const lines: unknown[] = []
  const { error: print } = console
  console.error = (...line: unknown[]) => {
    lines.push(line)
    print(...line)
  }
  return lines
})

const MiB = 1024 ** 2
const folder = mkdtempSync(join(tmpdir(), 'webchat-small-'))
const canMount = mount()
afterAll(() => {
  if (canMount) execFileSync('umount', ['--lazy', folder])
  rmSync(folder, { recursive: true, force: true })
})

/** Puts a small disk of its own into the folder, where this user may. */
function mount(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', folder], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe.skipIf(!canMount || process.env.TEST_MONGODB_URI)('a full disk', () => {
  let server: TestServer
  let ann: Person
  let chat: string
  const filler = join(folder, 'filler')

  beforeAll(async () => {
    server = await startServer({ DATA_DIR: join(folder, 'data') })
    ann = await register(server.url)
    chat = (await ann.chatWith(await register(server.url))).id
  })
  afterAll(() => server?.kill())

  const send = (text = 'rain') => ann.post(`/api/conversations/${chat}/messages`, { clientId: newClientId(), text })
  const ready = async () => (await ann.get('/api/ready')).body

  /** Leaves so many bytes of the disk free. */
  async function leave(bytes: number): Promise<void> {
    await rm(filler, { force: true })
    const { bavail, bsize } = statfsSync(folder)
    await writeFile(filler, Buffer.alloc(bavail * bsize - bytes))
  }

  it.each([
    ['nearly', 4 * MiB],
    ['to the last byte', 0],
  ])('that is full %s refuses writes with a reason, logs it once, and can be read', async (_how, bytes) => {
    const { status, body } = await send('before')
    expect(status).toBe(201)
    await leave(bytes)
    // What is left is looked at now and then: some may still be taken.
    let last = body.message
    await expect
      .poll(async () => {
        const answer = await send('still taken')
        if (answer.status === 201) last = answer.body.message
        return answer.status
      })
      .toBe(503)
    const refused = await send()
    expect(refused.body).toMatchObject({ statusCode: 503, data: { code: 'UNAVAILABLE', reason: 'disk' } })
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    const socket = await ann.connect()
    const answer = await socket.request('message.send', { conversationId: chat, clientId: newClientId(), text: 'rain' })
    expect(answer).toMatchObject({ ok: false, error: { code: 'UNAVAILABLE', reason: 'disk' } })
    await socket.close()
    expect(await ready()).toEqual({ ready: false, reason: 'disk' })
    const history = await ann.get(`/api/conversations/${chat}/messages`)
    expect(history.body.messages.at(-1).id).toBe(last.id)
    // Whatever was refused is in no list, and what was acknowledged is in its place.
    expect(history.body.messages.map(({ text }: { text: string }) => text)).not.toContain('rain')
    const said = server.log
      .filter((line) => line.includes('"msg":"the disk is full"'))
      .map((line) => Date.parse(JSON.parse(line).time))
    expect(said.length).toBeGreaterThan(0)
    for (const [index, time] of said.entries()) if (index > 0) expect(time - said[index - 1]!).toBeGreaterThan(59_000)
    expect(server.log.filter((line) => !line.startsWith('{'))).toEqual([])

    await rm(filler)
    await expect.poll(async () => (await send('after')).status).toBe(201)
    await expect.poll(ready).toEqual({ ready: true })
  })
})

it('the embedded database writes nothing when little space is left, but removes', async () => {
  let free = 100 * MiB
  const database = new Database(await temporaryFolder(), { freeBytes: () => free })
  onTestFinished(() => database.close())
  const insert = (id: number) =>
    database.write(() => database.ensure('db.c').insert(Buffer.from(encode({ _id: id })), { _id: id }))
  await insert(1)
  free = MiB
  await expect
    .poll(() =>
      insert(2).then(
        () => 'written',
        (error: Error) => error.message,
      ),
    )
    .toBe('The disk is full.')
  await expect(insert(3)).rejects.toMatchObject({ code: 14_031, codeName: 'OutOfDiskSpace' })
  const collection = database.find('db.c')!
  await database.writeAnyway(() => collection.remove(1, { _id: 1 }))
  expect(collection.read(1)).toBeUndefined()
})

it.skipIf(!canMount)('the embedded database survives a commit that fails', async () => {
  const lost: Error[] = []
  const database = new Database(join(folder, 'own'), { freeBytes: () => Infinity, onLost: (error) => lost.push(error) })
  onTestFinished(() => database.close())
  const insert = (id: number, bytes = 10) => {
    const raw = encode({ _id: id, text: 'x'.repeat(bytes) })
    return database.write(() => database.ensure('db.c').insert(raw, { _id: id }))
  }
  await insert(1)
  const { bavail, bsize } = statfsSync(folder)
  const filler = join(folder, 'filler')
  await writeFile(filler, Buffer.alloc(bavail * bsize))
  const failed = await Promise.allSettled([insert(2, 500_000), insert(3)])
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await rm(filler)
  await insert(3)
  const records = database.keyspace.scan(database.find('db.c')!.range, { limit: Infinity, values: true })
  expect(records.map(({ value }) => decode(value!)._id).map(Number)).toEqual([1, 3])
  expect(lost).toEqual([])
  expect(printed).toEqual([])
})

import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { begun, read, sendParts, tryUpload, uploaded } from '../support/files/uploads'
import { eventually } from '../support/files/stores'
import { PASSWORD, Person, register } from '../support/person'
import { childrenOf, memoryOf, watchMemory } from '../support/processes'
import { OUTPUT, startServer, type TestServer } from '../support/server'
import { beepsOf, claim } from '../support/voice/voice'
import { photo, picture } from '../support/files/pictures'

const caseOf = (name: string) => readFileSync(resolve(import.meta.dirname, '../support/files/cases', name))
const film = readFileSync(resolve(import.meta.dirname, '../../scripts/seed/files/pier.webm'))
/** MiB that a server may take beyond what it takes when it has nothing to do. */
const MAX_MORE_MIB = 300

let server: TestServer
let mallory: Person
let ann: Person
let chat: string
let idle: number

beforeAll(async () => {
  // Nothing may be written where a read-only container has nothing to write to.
  server = await startServer({
    TMPDIR: '/proc/nowhere',
    S3_BUCKET: '',
    JWT_SECRET: 'a secret that nobody else may know',
  })
  ;[mallory, ann] = await Promise.all([register(server.url, 'Mallory'), register(server.url, 'Ann')])
  chat = (await mallory.chatWith(ann)).id
  idle = memoryOf(server.process.pid!)
})
afterAll(() => server.discard())

/** Does something while looking at memory, and at how long others wait. */
async function underWatch<T>(attack: () => Promise<T>): Promise<T> {
  const most = watchMemory(server.process.pid!)
  let isOver = false
  const attacked = attack().finally(() => (isOver = true))
  let slowest = 0
  while (!isOver) {
    const began = performance.now()
    const [ready, login] = await Promise.all([
      fetch(`${server.url}/api/ready`),
      new Person(server.url).post('/api/auth/login', { login: ann.user.username, password: PASSWORD }),
    ])
    expect([ready.status, login.status]).toEqual([200, 200])
    slowest = Math.max(slowest, performance.now() - began)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const result = await attacked
  expect(most() - idle).toBeLessThan(MAX_MORE_MIB)
  // A bound for life, not for speed: with pictures in the same threads it was more than a minute.
  expect(slowest).toBeLessThan(15_000)
  expect([server.process.exitCode, server.process.signalCode]).toEqual([null, null])
  return result
}

const image = (person: Person, bytes: Buffer, more: object = {}) =>
  tryUpload(person, bytes, { conversationId: chat, kind: 'image', mime: 'image/jpeg', ...more })

describe('counts in a file are not trusted', () => {
  it.each([400_000_000, 2_000_000])('of a voice message with a run of %i frames', async (count) => {
    const bytes = Buffer.from(beepsOf.mp4)
    // Version and flags: nothing is said of each frame, so that the run takes no more bytes than it did.
    const run = bytes.indexOf('trun') + 4
    bytes.writeUInt32BE(0, run)
    bytes.writeUInt32BE(count, run + 4)
    const answer = await underWatch(() => tryUpload(mallory, bytes, { conversationId: chat, ...claim() }))
    expect([answer.status, answer.body.data.code, answer.body.data.issues[0].code]).toEqual([
      422,
      'INVALID',
      'unreadable',
    ])
    // And the next one is taken.
    expect((await tryUpload(ann, beepsOf.mp4, { conversationId: chat, ...claim() })).status).toBe(200)
  })
})

describe('a picture that comes beside an upload', () => {
  /** Filters in filters, each of which looks at every pixel of the one before. */
  const drawing = () => {
    const filters = Array.from(
      { length: 6 },
      (_, index) => `<feGaussianBlur stdDeviation="${90 + index}"/><feMorphology operator="dilate" radius="90"/>`,
    ).join('')
    return Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="480" height="480"><filter id="f">${filters}</filter><g filter="url(#f)"><rect width="400" height="400"/></g></svg>`,
    )
  }

  async function filmWith(poster: Buffer) {
    const upload = await begun(mallory, {
      conversationId: chat,
      size: film.length,
      mime: 'video/webm',
      name: 'film.webm',
    })
    const parts = await sendParts(mallory, upload, film)
    return mallory.post(`/api/uploads/${upload.id}/complete`, {
      parts,
      frame: { width: 320, height: 180, poster: poster.toString('base64') },
    })
  }

  it('is not rendered if it is a program: four renderings at once delay nobody', async () => {
    const answers = await underWatch(() => Promise.all(Array.from({ length: 4 }, () => filmWith(drawing()))))
    expect(answers.map(({ status, body }) => [status, body.upload.thumbnailUrl, body.upload.width])).toEqual(
      Array.from({ length: 4 }, () => [200, null, 320]),
    )
  })

  it.each(['gif', 'avif', 'tiff'] as const)('is refused as %s', async (format) => {
    const answer = await filmWith(
      await sharp(await picture('png'))
        .toFormat(format)
        .toBuffer(),
    )
    expect([answer.status, answer.body.upload.thumbnailUrl]).toEqual([200, null])
    const face = await tryUpload(
      mallory,
      await sharp(await picture('png'))
        .toFormat(format)
        .toBuffer(),
      { kind: 'avatar', mime: 'image/png' },
    )
    expect([face.status, face.body.data.issues[0].code]).toEqual([422, 'not_a_picture'])
  })

  it.each(['jpeg', 'png', 'webp'] as const)('is accepted as %s', async (format) => {
    const { body } = await filmWith(await picture(format))
    expect((await sharp((await read(mallory, body.upload.thumbnailUrl)).bytes).metadata()).format).toBe('webp')
  })
})

it('one person’s large pictures do not delay another’s', async () => {
  const order: string[] = []
  const done =
    (name: string) =>
    ({ status }: { status: number }) =>
      order.push(`${name} ${status}`)
  const large = caseOf('p12.avif')
  const small = await photo(300, 200)
  await underWatch(async () => {
    const theirs = Array.from({ length: 4 }, () => image(mallory, large).then(done('mallory')))
    await eventually(() => order.length > 0, 'the first large picture is there')
    await Promise.all([...theirs, image(ann, small).then(done('ann'))])
  })
  // It waits for the one that was under way, and perhaps for one that began before it had arrived.
  expect(order.toSorted()).toEqual(['ann 200', ...Array.from({ length: 4 }, () => 'mallory 200')])
  expect(order.at(-1)).toBe('mallory 200')
})

it('a picture that crashes the worker is refused, and the next one is accepted', async () => {
  const broken = image(mallory, caseOf('p12.avif'))
  await eventually(() => childrenOf(server.process.pid!).some((worker) => memoryOf(worker) > 100), 'the worker decodes')
  for (const worker of childrenOf(server.process.pid!)) process.kill(worker, 'SIGKILL')
  const answer = await broken
  expect([answer.status, answer.body.data?.issues[0].code]).toEqual([422, 'unreadable'])
  expect((await image(ann, await photo())).status).toBe(200)
})

it('the worker loads nothing of the server but what both share', () => {
  const loaded = new Set<string>()
  const load = (file: string) => {
    if (loaded.has(file)) return
    loaded.add(file)
    const code = readFileSync(file, 'utf8')
    for (const [, path] of code.matchAll(/(?:from |import |import\()'(\.[^']+)'/g)) load(resolve(dirname(file), path!))
  }
  load(resolve(OUTPUT, 'server/filesWorker.mjs'))
  expect([...loaded].filter((file) => file.endsWith('shared.mjs'))).toHaveLength(1)
  expect([...loaded].filter((file) => file.includes('/nitro/'))).toEqual([])
})

it('the worker has no secret, and ends with its server, however that ends', async () => {
  const other = await startServer({ S3_BUCKET: '', JWT_SECRET: 'a secret that nobody else may know' })
  const [one, two] = [await register(other.url, 'One'), await register(other.url, 'Two')]
  await uploaded(one, await photo(), {
    conversationId: (await one.chatWith(two)).id,
    kind: 'image',
    mime: 'image/jpeg',
  })
  const [worker] = childrenOf(other.process.pid!)
  expect(readFileSync(`/proc/${worker}/environ`, 'latin1')).not.toContain('secret')
  await other.kill()
  await eventually(() => memoryOf(worker!) === 0, 'the worker is gone')
  await other.discard()
})

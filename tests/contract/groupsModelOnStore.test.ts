import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mongoose, { Types } from 'mongoose'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { serveStore, type Store } from '../../server/embedded/serve'
import { UserModel } from '../../server/models/user'
import { channel } from '../../server/realtime/channel'
import { start } from '../../server/start'
import { Recipients, live } from '../support/groups/compare'

vi.hoisted(() => {
  Object.assign(process.env, { RATE_LIMIT_FACTOR: '1000000', LOG_LEVEL: 'silent' })
})

/** As model.test.ts, fewer of them, on the real repositories and the embedded database. */
const LIVES = 40
const AT_ONCE = 8
const FIRST_SEED = Number(process.env.TEST_SEED ?? Math.floor(Math.random() * 1e9))

const people = Array.from({ length: 6 }, () => new Types.ObjectId())
const clock = { now: Date.UTC(2030, 0, 1) }
const recipients = new Recipients()
let folder: string
let store: Store

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'webchat-lives-'))
  store = await serveStore({ folder })
  await start(store.uri)
  channel.subscribe((message) => recipients.receive(message))
  const fields = people.map((_id, index) => ({
    _id,
    username: `person${index}`,
    displayName: `Person ${index}`,
    searchKeys: [],
  }))
  await UserModel.insertMany(
    fields.map((one) => ({ ...one, email: `${one.username}@example.com`, passwordHash: 'none' })),
  )
  vi.useFakeTimers({ toFake: ['Date'], now: clock.now })
})
afterAll(async () => {
  vi.useRealTimers()
  await mongoose.disconnect()
  await store.close()
  await rm(folder, { recursive: true, force: true })
})

it(`${LIVES} random lives of a group on the database agree with the plain model`, async () => {
  let next = 0
  let lived = 0
  // Time stands still here, as groups that live at once share the clock; what time does is in the many lives.
  const lives = Array.from({ length: AT_ONCE }, async () => {
    while (next < LIVES) {
      await live(FIRST_SEED + next++, 25, people.map(String), clock, recipients, () => {})
      lived++
    }
  })
  await Promise.all(lives)
  expect(lived).toBe(LIVES)
})

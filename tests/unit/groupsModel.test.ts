import { Types } from 'mongoose'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { channel } from '../../server/realtime/channel'
import { Recipients, live } from '../support/groups/compare'
import { addUser, forget } from '../support/groups/memory'

vi.hoisted(() => {
  Object.assign(process.env, { RATE_LIMIT_FACTOR: '1000000', LOG_LEVEL: 'silent' })
})
// The rules are in the services and in shared/; maps in the place of the database make room for many lives.
// modelOnStore.test.ts runs the same on the database.
vi.mock('../../server/repositories/audit', () => import('../support/groups/memory'))
vi.mock('../../server/repositories/bans', () => import('../support/groups/memory'))
// Nobody blocks anybody.
vi.mock('../../server/repositories/blocks', () => ({
  blockersAmong: async () => [],
  blockedAmong: async () => [],
  inBlocksAmong: async () => [],
}))
vi.mock('../../server/repositories/conversations', () => import('../support/groups/memory'))
vi.mock('../../server/repositories/deletedGroups', () => import('../support/groups/memory'))
vi.mock('../../server/repositories/drafts', () => ({
  findDrafts: async () => [],
  deleteDraft: async () => {},
  deleteDrafts: async () => {},
}))
vi.mock('../../server/repositories/invites', () => import('../support/groups/memory'))
vi.mock('../../server/repositories/joinRequests', () => import('../support/groups/memory'))
vi.mock('../../server/repositories/memberships', () => import('../support/groups/memory'))
vi.mock('../../server/repositories/messages', () => import('../support/groups/memory'))
vi.mock('../../server/repositories/pins', async (original) => ({
  ...(await original<object>()),
  ...(await import('../support/groups/memory')),
}))
vi.mock('../../server/repositories/reactions', async (original) => ({
  ...(await original<object>()),
  ...(await import('../support/groups/memory')),
}))
vi.mock('../../server/repositories/threads', async (original) => ({
  ...(await original<object>()),
  ...(await import('../support/groups/memory')),
}))
vi.mock('../../server/repositories/restrictions', () => import('../support/groups/memory'))
vi.mock('../../server/repositories/unread', () => import('../support/groups/memory'))
// The index of the search is kept behind the messages, and has its own tests.
vi.mock('../../server/services/search/indexing', () => ({ noteChanged: async () => {}, noteSent: () => {} }))
vi.mock('../../server/repositories/uploads', () => import('../support/groups/memory'))
vi.mock('../../server/repositories/users', () => import('../support/groups/memory'))

/** Random lives of a group. Each run has others; `GROUP_LIVES=10000` makes a long run. */
const LIVES = Number(process.env.GROUP_LIVES ?? 3_000)
const FIRST_SEED = Number(process.env.TEST_SEED ?? Math.floor(Math.random() * 1e9))

const people = Array.from({ length: 6 }, () => new Types.ObjectId())
const clock = { now: Date.UTC(2030, 0, 1) }
const recipients = new Recipients()
const pass = (ms: number) => void vi.setSystemTime((clock.now += ms))

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: clock.now })
  channel.subscribe((message) => recipients.receive(message))
  for (const [index, _id] of people.entries()) {
    const fields = {
      username: `person${index}`,
      displayName: `Person ${index}`,
      email: '',
      about: '',
      avatarId: null,
      passwordHash: '',
    }
    addUser({ _id, ...fields, searchKeys: [], searchVersion: 1, lastSeenAt: null, createdAt: new Date() })
  }
})
afterAll(() => void vi.useRealTimers())

it(`${LIVES} random lives of a group agree with the plain model`, { timeout: 300_000 }, async () => {
  const seen: Record<string, number> = {}
  for (let count = 0; count < LIVES; count++) {
    // Most are short, so that what goes wrong is short; some are long, so that much comes together.
    const length = count % 20 === 0 ? 60 : 10
    const life = await live(FIRST_SEED + count, length, people.map(String), clock, recipients, pass)
    for (const step of life.steps) {
      const name = `${/^\d+ ([a-z ]+)/.exec(step)![1]!.trim()} → ${step.split(' → ')[1]}`
      seen[name] = (seen[name] ?? 0) + 1
    }
    await forget(life.id)
  }
  // Luck must not have left any of this out.
  const all = [
    'sends',
    'edits',
    'erases',
    'reacts',
    'takes back',
    'pins',
    'unpins',
    'adds',
    'leaves',
    'removes',
    'bans',
    'unbans',
    'makes',
    'overrides',
    'hands over',
  ]
  const verbs = [...all, 'configures', 'permits', 'renames', 'makes a link', 'unlinks', 'gives a link']
  const answers = verbs.flatMap((verb) => ['ok', 'FORBIDDEN', 'NOT_FOUND'].map((answer) => `${verb} → ${answer}`))
  const rare = [
    ...answers,
    // Requests to join are rare; who may answer them is tested for each role by itself.
    'welcomes → ok',
    'refuses → ok',
    'sends → RATE_LIMITED',
    'gives a link → pending',
    'adds → CONFLICT',
    'deletes the group → ok',
  ]
  expect(rare.filter((name) => !seen[name]).map((name) => [name, seen[name]])).toEqual([])
})

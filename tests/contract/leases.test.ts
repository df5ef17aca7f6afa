import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { valkeyLeases, type Leases } from '../../server/realtime/leases'
import { createValkey, type Valkey } from '../../server/valkey'
import { startValkey, type TestValkey } from '../support/valkey'

let valkey: TestValkey
let client: Valkey
let one: Leases
let other: Leases

beforeAll(async () => {
  valkey = await startValkey()
  client = createValkey(valkey.url)
  await client.connect()
})
beforeEach(async () => {
  await client.flushAll()
  one = valkeyLeases(client, 'one')
  other = valkeyLeases(client, 'other')
})
afterAll(async () => {
  client.destroy()
  await valkey.kill()
})

const people = (count: number) => Array.from({ length: count }, (_, index) => `person${index}`)

/** The commands that Valkey was given since the last time, by name. */
async function commandsDuring(action: () => Promise<unknown>): Promise<Record<string, number>> {
  await client.configResetStat()
  await action()
  const lines = (await client.info('commandstats')).matchAll(/cmdstat_([\w|]+):calls=(\d+)/g)
  const counts = Object.fromEntries([...lines].map(([, name, calls]) => [name, Number(calls)]))
  delete counts['config|resetstat']
  return counts
}

it('knows on every task who is online on any', async () => {
  await one.take(['ann'])
  await other.take(['bob'])
  expect(await one.online(['ann', 'bob', 'eve'])).toEqual(new Set(['ann', 'bob']))
  expect(await other.online([])).toEqual(new Set())
})

it('keeps a person online until the last of their tasks releases them', async () => {
  await one.take(['ann'])
  await other.take(['ann'])
  expect(await one.drop('ann')).toBe(true)
  expect(await one.online(['ann'])).toEqual(new Set(['ann']))
  expect(await other.drop('ann')).toBe(false)
  expect(await other.online(['ann'])).toEqual(new Set())
  expect(await other.drop('nobody')).toBe(false)
})

it('asks for two hundred people in one command, and claims them in two', async () => {
  const watched = people(200)
  await one.take(['first'])
  expect(await commandsDuring(() => one.take(watched))).toEqual({ zadd: 3 })
  expect(await commandsDuring(() => other.online(watched))).toEqual({ zmscore: 1 })
  expect(await other.online([...watched, 'eve'])).toEqual(new Set(watched))
})

it('claims and finds more people than fit into one command', async () => {
  const many = people(1_234)
  await one.take(many)
  expect(await other.online(many)).toEqual(new Set(many))
})

it('forgets the leases of a task that died, and leaves nothing of it', async () => {
  await one.take(['ann', 'bob'])
  // As if more than a lease had passed since.
  for (const key of await client.keys('*')) {
    for (const value of await client.zRange(key, 0, -1)) await client.zAdd(key, { score: Date.now() - 1, value })
  }
  expect(await other.online(['ann', 'bob'])).toEqual(new Set())
  await other.take(['bob'])
  expect(await other.drop('bob')).toBe(false)
  const sizes = await Promise.all((await client.keys('*')).map((key) => client.zCard(key)))
  expect(sizes).toEqual([1])
})

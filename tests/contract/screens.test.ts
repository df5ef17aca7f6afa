import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Connection } from '../../server/realtime/hub'
import { valkeyLeases } from '../../server/realtime/leases'
import { Screens } from '../../server/realtime/screens'
import { createValkey, type Valkey } from '../../server/valkey'
import { startValkey, type TestValkey } from '../support/valkey'

let valkey: TestValkey
let client: Valkey
let one: Screens
let other: Screens

beforeAll(async () => {
  valkey = await startValkey()
  client = createValkey(valkey.url)
  await client.connect()
})
beforeEach(async () => {
  await client.flushAll()
  one = new Screens(client, 'one')
  other = new Screens(client, 'other')
  for (const task of ['one', 'other']) await valkeyLeases(client, task).take([])
})
afterAll(async () => {
  client.destroy()
  await valkey.kill()
})

const page = (sessionId: string): Connection => ({ userId: 'ann', sessionId, send() {}, close() {} })
const screen = (device: string, conversationId: string | null) => ({ device, conversationId, canNotify: true })

it('knows on every task what is on screen on any', async () => {
  const [laptop, phone] = [page('laptop'), page('phone')]
  await one.set(laptop, { conversationId: 'chat', canNotify: true })
  await other.set(phone, { conversationId: null, canNotify: true })
  for (const screens of [one, other]) {
    const known = await screens.of('ann')
    expect(known).toHaveLength(2)
    expect(known).toEqual(expect.arrayContaining([screen('laptop', 'chat'), screen('phone', null)]))
  }
  await one.set(laptop, { conversationId: 'another', canNotify: true })
  await other.remove(phone)
  for (const screens of [one, other]) expect(await screens.of('ann')).toEqual([screen('laptop', 'another')])
  expect(await one.of('bob')).toEqual([])
})

it('forgets the pages of a task that has died', async () => {
  await one.set(page('laptop'), { conversationId: 'chat', canNotify: true })
  await client.zRem('presence:tasks', 'one')
  expect(await other.of('ann')).toEqual([])
})

it('knows its own pages while Valkey is away, and is alone without it', async () => {
  const alone = new Screens(null, 'alone')
  await alone.set(page('laptop'), { conversationId: 'chat', canNotify: true })
  expect(await alone.of('ann')).toEqual([screen('laptop', 'chat')])
  const away = new Screens(createValkey(valkey.url), 'away')
  await away.set(page('phone'), { conversationId: 'chat', canNotify: true })
  expect(await away.of('ann')).toEqual([screen('phone', 'chat')])
})

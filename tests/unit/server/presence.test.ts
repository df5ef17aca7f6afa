import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Connection } from '../../../server/realtime/hub'
import { noLeases, type Leases } from '../../../server/realtime/leases'
import { Presence } from '../../../server/realtime/presence'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const MINUTE = 60_000

/** Tasks that hear each other at once, and the leases they share. */
function tasks(leases: Leases[]) {
  const departed: string[] = []
  const all: Presence[] = leases.map(
    (own) =>
      new Presence({
        leases: own,
        announce: (message) => all.forEach((presence) => presence.receive(message)),
        onDeparture: async (userId) => void departed.push(userId),
      }),
  )
  return { all, departed }
}

function alone() {
  const { all, departed } = tasks([noLeases])
  return { presence: all[0]!, departed }
}

/** Leases that are kept here, one view a task; `dead` tasks vouch for nobody. */
function sharedLeases(count: number) {
  const held = Array.from({ length: count }, () => new Set<string>())
  const views = held.map((own): Leases => {
    const others = held.filter((set) => set !== own)
    return {
      take: async (ids) => ids.forEach((id) => own.add(id)),
      drop: async (id) => own.delete(id) && others.some((set) => set.has(id)),
      online: async (ids) => new Set(ids.filter((id) => held.some((set) => set.has(id)))),
    }
  })
  return { views, held }
}

function watcher() {
  const told: { userId: string; online: boolean; lastSeenAt: string | null }[] = []
  const connection: Connection = {
    userId: 'watcher',
    sessionId: 'session',
    send: (frame) => told.push(JSON.parse(frame.subarray(frame.indexOf('{')).toString()).data),
    close: () => {},
  }
  return { connection, told }
}

it('tells those who watch when somebody arrives and leaves, once each', async () => {
  const { presence, departed } = alone()
  const { connection, told } = watcher()
  expect(await presence.watch(connection, ['ann', 'ann'])).toEqual(new Set())
  presence.arrived('ann')
  presence.arrived('ann')
  presence.arrived('bob')
  expect(told).toEqual([{ userId: 'ann', online: true, lastSeenAt: null }])
  const left = new Date().toISOString()
  presence.left('ann')
  await vi.advanceTimersByTimeAsync(MINUTE)
  expect(told.slice(1)).toEqual([{ userId: 'ann', online: false, lastSeenAt: left }])
  expect(departed).toEqual(['ann'])
})

it('does not treat a reload as a departure', async () => {
  const { presence, departed } = alone()
  const { connection, told } = watcher()
  presence.arrived('ann')
  await presence.watch(connection, ['ann'])
  presence.left('ann')
  await vi.advanceTimersByTimeAsync(500)
  expect(await presence.watch(connection, ['ann'])).toEqual(new Set(['ann']))
  presence.arrived('ann')
  await vi.advanceTimersByTimeAsync(MINUTE)
  expect([told, departed]).toEqual([[], []])
})

it('replaces the list with each watch, and forgets it with the socket', async () => {
  const { presence } = alone()
  const { connection, told } = watcher()
  await presence.watch(connection, ['ann'])
  await presence.watch(connection, ['bob'])
  presence.arrived('ann')
  presence.arrived('bob')
  expect(told.map(({ userId }) => userId)).toEqual(['bob'])
  presence.unwatch(connection)
  presence.left('bob')
  await vi.advanceTimersByTimeAsync(MINUTE)
  expect(told).toHaveLength(1)
})

it('knows who is on another task, and announces nobody who is still on one as gone', async () => {
  const { views } = sharedLeases(2)
  const { all, departed } = tasks(views)
  const [here, there] = all as [Presence, Presence]
  const { connection, told } = watcher()
  there.arrived('ann')
  expect(await here.watch(connection, ['ann', 'bob'])).toEqual(new Set(['ann']))
  here.arrived('ann')
  there.left('ann')
  await vi.advanceTimersByTimeAsync(MINUTE)
  expect([told, departed]).toEqual([[], []])
  here.left('ann')
  await vi.advanceTimersByTimeAsync(MINUTE)
  expect(told.map(({ userId, online }) => [userId, online])).toEqual([['ann', false]])
  expect(departed).toEqual(['ann'])
})

it('announces people whose task died, and people whose arrival was never announced', async () => {
  const { views, held } = sharedLeases(2)
  const [here, there] = tasks(views).all as [Presence, Presence]
  const { connection, told } = watcher()
  there.arrived('ann')
  await here.watch(connection, ['ann', 'bob'])
  here.renew()
  held[1]!.clear()
  held[1]!.add('bob')
  await vi.advanceTimersByTimeAsync(MINUTE)
  expect(told.map(({ userId, online }) => [userId, online])).toEqual([
    ['ann', false],
    ['bob', true],
  ])
  await here.close()
})

it('continues with what it knows while the leases are unreachable', async () => {
  const away = () => Promise.reject(new Error('away'))
  const { all, departed } = tasks([{ take: away, drop: away, online: away }])
  const presence = all[0]!
  const { connection, told } = watcher()
  presence.arrived('ann')
  presence.renew()
  expect(await presence.watch(connection, ['ann', 'bob'])).toEqual(new Set(['ann']))
  presence.left('ann')
  await vi.advanceTimersByTimeAsync(MINUTE)
  expect(told.map(({ online }) => online)).toEqual([false])
  expect(departed).toEqual(['ann'])
  await presence.close()
})

it('sends no news of what the answer to a watch says itself', async () => {
  let answer = (_online: Set<string>) => {}
  const leases = { ...noLeases, online: () => new Promise<Set<string>>((resolve) => (answer = resolve)) }
  const { all } = tasks([leases, noLeases])
  const [here, there] = all as [Presence, Presence]
  const { connection, told } = watcher()
  const watching = here.watch(connection, ['ann', 'bob'])
  there.arrived('ann')
  there.left('bob')
  await vi.advanceTimersByTimeAsync(MINUTE)
  answer(new Set(['bob']))
  expect([await watching, told]).toEqual([new Set(['ann']), []])
  there.left('ann')
  await vi.advanceTimersByTimeAsync(MINUTE)
  expect(told.map(({ userId, online }) => [userId, online])).toEqual([['ann', false]])
})

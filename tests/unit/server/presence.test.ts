import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Connection } from '../../../server/realtime/hub'
import { Presence } from '../../../server/realtime/presence'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

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

it('tells those who watch when someone comes and goes, once each', () => {
  const departed: string[] = []
  const presence = new Presence((userId) => departed.push(userId))
  const { connection, told } = watcher()
  presence.watch(connection, ['ann', 'ann'])
  presence.arrived('ann')
  presence.arrived('ann')
  presence.arrived('bob')
  expect(told).toEqual([{ userId: 'ann', online: true, lastSeenAt: null }])
  const left = new Date().toISOString()
  presence.left('ann')
  vi.advanceTimersByTime(60_000)
  expect(told.slice(1)).toEqual([{ userId: 'ann', online: false, lastSeenAt: left }])
  expect(departed).toEqual(['ann'])
})

it('takes a reload for no departure', () => {
  const departed: string[] = []
  const presence = new Presence((userId) => departed.push(userId))
  const { connection, told } = watcher()
  presence.arrived('ann')
  presence.watch(connection, ['ann'])
  presence.left('ann')
  vi.advanceTimersByTime(500)
  expect(presence.isOnline('ann')).toBe(true)
  presence.arrived('ann')
  vi.advanceTimersByTime(60_000)
  expect([told, departed]).toEqual([[], []])
})

it('replaces the list with each watch, and forgets it with the socket', () => {
  const presence = new Presence(() => {})
  const { connection, told } = watcher()
  presence.watch(connection, ['ann'])
  presence.watch(connection, ['bob'])
  presence.arrived('ann')
  presence.arrived('bob')
  expect(told.map(({ userId }) => userId)).toEqual(['bob'])
  presence.unwatch(connection)
  presence.left('bob')
  vi.advanceTimersByTime(60_000)
  expect(told).toHaveLength(1)
})

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { LIMITS } from '#shared/limits'
import { CLOSE } from '#shared/protocol/server'
import { open } from '../../../server/socket/accept'
import type { SocketConnection } from '../../../server/socket/connection'
import { startHeartbeat } from '../../../server/socket/heartbeat'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  open.clear()
  vi.useRealTimers()
})

function fakeConnection() {
  const connection = {
    lastReceivedAt: Date.now(),
    ws: { ping: vi.fn<() => void>() },
    close: vi.fn<() => void>(() => void open.delete(connection as never)),
  }
  open.add(connection as unknown as SocketConnection)
  return connection
}

it('pings every socket in time for any load balancer, and drops a dead one within a minute', () => {
  const stop = startHeartbeat()
  const [alive, dead] = [fakeConnection(), fakeConnection()]
  alive.ws.ping.mockImplementation(() => void (alive.lastReceivedAt = Date.now()))
  vi.advanceTimersByTime(LIMITS.heartbeatInterval)
  expect([alive, dead].map(({ ws }) => ws.ping.mock.calls.length)).toEqual([1, 1])
  vi.advanceTimersByTime(60_000 - LIMITS.heartbeatInterval)
  expect(dead.close).toHaveBeenCalledWith(CLOSE.idle, expect.any(String))
  vi.advanceTimersByTime(600_000)
  expect(alive.close).not.toHaveBeenCalled()
  expect(alive.ws.ping.mock.calls.length).toBeGreaterThan(20)
  stop()
  const pings = alive.ws.ping.mock.calls.length
  vi.advanceTimersByTime(600_000)
  expect(alive.ws.ping.mock.calls).toHaveLength(pings)
})

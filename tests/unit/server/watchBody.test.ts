import type { IncomingMessage } from 'node:http'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { watchBody } from '../../../server/network/connections'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function requestOf(method: string, url: string) {
  const socket = { bytesRead: 0, destroy: vi.fn<() => void>() }
  const request = { socket, method, url, complete: false }
  const stop = watchBody(request as unknown as IncomingMessage)
  /** So many seconds pass, in each of which so many bytes come. */
  const pass = (seconds: number, bytes: number) => {
    for (let second = 0; second < seconds; second++) {
      socket.bytesRead += bytes
      vi.advanceTimersByTime(1_000)
    }
  }
  return { socket, request, stop, pass }
}

describe('a body that does not arrive', () => {
  it('ends its connection after a minute, however often a byte arrives', () => {
    const { socket, pass } = requestOf('POST', '/api/conversations')
    pass(59, 100_000)
    expect(socket.destroy).not.toHaveBeenCalled()
    pass(2, 100_000)
    expect(socket.destroy).toHaveBeenCalled()
  })

  it('is ignored when it is complete, or the request is answered', () => {
    const there = requestOf('POST', '/api/conversations')
    there.request.complete = true
    there.pass(200, 0)
    const answered = requestOf('POST', '/api/conversations')
    answered.stop()
    answered.pass(200, 0)
    expect([there.socket.destroy.mock.calls, answered.socket.destroy.mock.calls]).toEqual([[], []])
  })

  it('of an upload can take as long as it makes progress', () => {
    const { socket, pass } = requestOf('PUT', '/api/storage/abc/1?size=8388608')
    pass(3_000, 2_100)
    expect(socket.destroy).not.toHaveBeenCalled()
    pass(60, 1_000)
    expect(socket.destroy).toHaveBeenCalled()
  })
})

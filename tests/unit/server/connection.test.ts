import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { WebSocket } from 'ws'
import { CLOSE } from '#shared/protocol/server'
import { SocketConnection } from '../../../server/socket/connection'

const MEGABYTE = 1024 * 1024

/** A WebSocket over a TCP socket whose peer reads what the test lets it read. */
function fakeSocket() {
  const tcp = {
    writableLength: 0,
    written: [] as string[],
    corked: false,
    writes: 0,
    cork() {
      tcp.corked = true
    },
    uncork() {
      tcp.corked = false
      tcp.writes++
    },
    write(frame: Buffer) {
      tcp.written.push(frame.toString('latin1').slice(0, 20))
      tcp.writableLength += frame.length
      if (!tcp.corked) tcp.writes++
    },
  }
  const ws = {
    OPEN: 1,
    readyState: 1,
    _socket: tcp,
    close: vi.fn<() => void>(() => void (ws.readyState = 2)),
    terminate: vi.fn<() => void>(),
  }
  const connection = new SocketConnection(ws as unknown as WebSocket, { userId: 'ann', sessionId: 'phone' })
  return { tcp, ws, connection }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const turn = () => vi.runOnlyPendingTimers()

describe('a socket’s connection', () => {
  it('sends nothing before the hello', () => {
    const { tcp, connection } = fakeSocket()
    connection.send(Buffer.from('too early'))
    connection.greet(Buffer.from('hello'))
    connection.send(Buffer.from('event'))
    turn()
    expect(tcp.written).toEqual(['hello', 'event'])
  })

  it('writes the frames of one turn together, in order', () => {
    const { tcp, connection } = fakeSocket()
    connection.greet(Buffer.from('1'))
    for (const frame of ['2', '3', '4']) connection.send(Buffer.from(frame))
    expect(tcp.written).toEqual([])
    turn()
    expect([tcp.written, tcp.writes]).toEqual([['1', '2', '3', '4'], 1])
    connection.send(Buffer.from('5'))
    turn()
    expect([tcp.written.at(-1), tcp.writes]).toEqual(['5', 2])
  })

  it('is closed with 1013 when its reader is four megabytes behind', () => {
    const { tcp, ws, connection } = fakeSocket()
    connection.greet(Buffer.from('hello'))
    turn()
    tcp.writableLength = 4 * MEGABYTE - 10
    connection.send(Buffer.alloc(10))
    turn()
    expect(ws.close).not.toHaveBeenCalled()
    connection.send(Buffer.alloc(1))
    expect(ws.close).toHaveBeenCalledWith(CLOSE.tooSlow, expect.any(String))
    const before = tcp.written.length
    connection.send(Buffer.from('after the end'))
    turn()
    expect(tcp.written).toHaveLength(before)
  })

  it('keeps a bounded number of bytes of one turn', () => {
    const { ws, tcp, connection } = fakeSocket()
    connection.greet(Buffer.from('hello'))
    turn()
    for (let count = 0; count < 9; count++) connection.send(Buffer.alloc(32 * 1024))
    expect(tcp.written).toHaveLength(10)
    expect(ws.close).not.toHaveBeenCalled()
  })

  it('accepts a larger answer if nothing waits', () => {
    const { ws, tcp, connection } = fakeSocket()
    connection.greet(Buffer.from('hello'))
    turn()
    tcp.writableLength = 0
    connection.send(Buffer.alloc(5 * MEGABYTE))
    turn()
    expect(ws.close).not.toHaveBeenCalled()
    expect(tcp.writableLength).toBe(5 * MEGABYTE)
  })

  it('sends what waits before it closes, and does not wait for ever for the peer', () => {
    const { tcp, ws, connection } = fakeSocket()
    connection.greet(Buffer.from('hello'))
    connection.send(Buffer.from('the last event'))
    connection.close(CLOSE.goingAway, 'the server goes away')
    expect(tcp.written).toEqual(['hello', 'the last event'])
    expect(ws.close).toHaveBeenCalledTimes(1)
    connection.close(CLOSE.sessionEnded, 'again')
    expect(ws.close).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(10_000)
    expect(ws.terminate).toHaveBeenCalledTimes(1)
  })
})

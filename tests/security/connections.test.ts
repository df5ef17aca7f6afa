import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { register } from '../support/person'
import { startServer, type TestServer } from '../support/server'

let server: TestServer

beforeAll(async () => {
  server = await startServer({ RATE_LIMIT_FACTOR: '1' })
})
afterAll(() => server.discard())

/** A connection from an address of this machine's own network, with what it sends at once. */
async function open(from: string, text = ''): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: server.port, localAddress: from })
  socket.on('error', () => {})
  await once(socket, 'connect')
  if (text) socket.write(text)
  socket.resume()
  return socket
}

const closed = (socket: Socket) => (socket.closed ? Promise.resolve() : once(socket, 'close').then(() => {}))
const HALF_A_HEADER = 'GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: '
const HEALTH = 'GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'

async function answerOn(socket: Socket): Promise<string> {
  const answer = once(socket, 'data')
  socket.write(HEALTH)
  return String((await answer)[0])
}

describe('slow connections', () => {
  it('that send an endless header, or nothing, are closed; those that wait for their next request are not', async () => {
    const half = await Promise.all(Array.from({ length: 50 }, () => open('127.0.0.9', HALF_A_HEADER)))
    const silent = await Promise.all(Array.from({ length: 50 }, () => open('127.0.0.9')))
    const drip = setInterval(() => half.forEach((socket) => socket.writable && socket.write('a')), 1_000)
    const patient = await open('127.0.0.10')
    expect(await answerOn(patient)).toContain('200 OK')
    await Promise.all([...half, ...silent].map(closed))
    clearInterval(drip)
    expect(patient.closed).toBe(false)
    expect(await answerOn(patient)).toContain('200 OK')
    patient.destroy()
  })
})

describe('many connections', () => {
  it('of one address displace each other, and nobody else’s', async () => {
    const ann = await register(server.url)
    const socket = await ann.connect()
    const others = await Promise.all(Array.from({ length: 5 }, () => open('127.0.0.12')))
    const flood: Socket[] = []
    for (let start = 0; start < 1_500; start += 100) {
      flood.push(...(await Promise.all(Array.from({ length: 100 }, () => open('127.0.0.11', HALF_A_HEADER)))))
    }
    await expect.poll(() => flood.filter((each) => !each.closed).length).toBeLessThanOrEqual(500)
    expect(others.some((each) => each.closed)).toBe(false)
    expect((await socket.request('ping')).ok).toBe(true)
    expect((await ann.get('/api/me')).status).toBe(200)
    // The same address is not locked out: the newest takes the place of the oldest that waits.
    const late = await open('127.0.0.11')
    expect(await answerOn(late)).toContain('200 OK')
    for (const each of [...flood, ...others, late]) each.destroy()
    await socket.close()
  })
})

it('the server logged no unexpected error', () => {
  expect(server.process.exitCode).toBeNull()
  expect(server.log.filter((line) => /"level":(50|60)|unhandled/i.test(line))).toEqual([])
})

import { request as httpRequest } from 'node:http'
import { expect, it } from 'vitest'
import { newClientId, Person, register } from '../support/person'
import { startServer } from '../support/server'

it('SIGTERM: refuses new work, tells sockets to reconnect, finishes what is under way, exits with 0', async () => {
  const server = await startServer()
  const [ann, bob] = await Promise.all([register(server.url), register(server.url)])
  const chat = (await ann.chatWith(bob)).id
  const sockets = await Promise.all(Array.from({ length: 10 }, () => ann.connect()))
  // A request whose body is still on its way when the signal comes.
  const body = JSON.stringify({ clientId: newClientId(), text: 'just in time' })
  const headers = { cookie: bob.cookieHeader(), 'content-type': 'application/json', 'content-length': body.length }
  const underWay = httpRequest(`${server.url}/api/conversations/${chat}/messages`, {
    method: 'POST',
    headers,
    agent: false,
  })
  const finished = new Promise<number>((resolve, reject) => {
    underWay.on('response', (response) => response.resume().on('end', () => resolve(response.statusCode!)))
    underWay.on('error', reject)
  })
  underWay.write(body.slice(0, 10))
  await new Promise((resolve) => underWay.once('socket', (socket) => socket.once('connect', resolve)))
  expect((await ann.get('/api/ready')).status).toBe(200)

  const exited = new Promise<number | null>((resolve) => server.process.once('exit', resolve))
  server.process.kill('SIGTERM')
  const ready = await untilDraining(server.url)
  expect(ready).toEqual({ ready: false, reason: 'draining' })
  await expect(ann.connect()).rejects.toMatchObject({ statusCode: 503 })
  // The load balancer may still send some: they are served.
  expect((await bob.get('/api/me')).status).toBe(200)
  for (const socket of sockets) expect((await socket.closed).code).toBe(1001)
  underWay.end(body.slice(10))
  expect(await finished).toBe(201)
  expect(await exited).toBe(0)
  await server.discard()
  expect(server.log.filter((line) => /"level":(50|60)|Error/.test(line))).toEqual([])
})

async function untilDraining(url: string): Promise<unknown> {
  for (;;) {
    const { status, body } = await new Person(url).get('/api/ready')
    if (status === 503) return body
  }
}

it('SIGINT does the same, and a second signal does not disturb the first', async () => {
  const server = await startServer()
  const person = await register(server.url)
  const socket = await person.connect()
  const exited = new Promise<number | null>((resolve) => server.process.once('exit', resolve))
  server.process.kill('SIGINT')
  server.process.kill('SIGTERM')
  expect((await socket.closed).code).toBe(1001)
  expect(await exited).toBe(0)
  await server.discard()
})

it('idle connections of browsers do not delay the end', async () => {
  const server = await startServer()
  const person = await register(server.url)
  const exited = new Promise<number | null>((resolve) => server.process.once('exit', resolve))
  // Someone goes on asking over the same connections until nobody answers.
  const asking = (async () => {
    for (;;) await person.get('/api/me')
  })().catch(() => {})
  server.process.kill('SIGTERM')
  const started = performance.now()
  expect(await exited).toBe(0)
  await asking
  // The twenty seconds that a request under way may take were not waited for.
  expect(performance.now() - started).toBeLessThan(20_000)
  await server.discard()
})

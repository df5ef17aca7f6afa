import { spawn } from 'node:child_process'
import { cp, readdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/folder'
import { register } from '../support/person'
import { OUTPUT, startServer } from '../support/server'

/** Starts a server that must not start; answers its exit code and what it said. */
async function failing(environment: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [join(OUTPUT, 'server/index.mjs')], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', HOST: '127.0.0.1', PORT: '0', ...environment },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, said }
}

/** Begun first, because a database is given ten seconds to answer. */
const outOfReach = failing({
  MONGODB_URI: 'mongodb://127.0.0.1:1/webchat',
  JWT_SECRET: 'a secret that only these tests have',
})

describe('a wrong setting stops the start with a sentence that names it', () => {
  it.each<[string, Record<string, string>]>([
    ['PORT', { PORT: 'abc' }],
    ['PORT', { PORT: '70000' }],
    ['REGISTRATION', { REGISTRATION: 'friends' }],
    ['REGISTRATION', { REGISTRATION: 'domain:not a domain' }],
    ['APP_URL', { APP_URL: 'nonsense' }],
    ['RATE_LIMIT_FACTOR', { RATE_LIMIT_FACTOR: '0' }],
    ['JWT_SECRET', { JWT_SECRET: 'short' }],
    ['JWT_SECRET', { JWT_SECRET: `${'x'.repeat(32)},${'x'.repeat(31)}` }],
    ['TRUSTED_PROXIES', { TRUSTED_PROXIES: 'all' }],
    ['JWT_SECRET', { MONGODB_URI: 'mongodb://127.0.0.1:1/webchat' }],
    ['MONGODB_URI', { MONGODB_URI: 'postgres://127.0.0.1/webchat', JWT_SECRET: 'a secret that only these tests have' }],
    [
      'BACKUP_DIR',
      {
        MONGODB_URI: 'mongodb://127.0.0.1:1/webchat',
        JWT_SECRET: 'a secret that only these tests have',
        BACKUP_DIR: '/tmp/backups',
      },
    ],
    ['LOG_LEVEL', { LOG_LEVEL: 'loud' }],
    ['SMTP_URL', { SMTP_URL: 'mail.example.com:25' }],
  ])('%s: %j', async (name, environment) => {
    const DATA_DIR = await temporaryFolder()
    const { code, said } = await failing({ DATA_DIR, ...environment })
    expect(code).toBe(1)
    expect(said.trim()).toMatch(new RegExp(`^WebChat cannot start with these settings\\. .*${name}: .+\\.$`))
    expect(said.trim().split('\n')).toHaveLength(1)
    // Nothing was begun.
    expect(await readdir(DATA_DIR)).toEqual([])
  })
})

describe('an obstacle to the start is reported in a sentence', () => {
  it.skipIf(process.env.TEST_MONGODB_URI)('a data folder that another server uses; that server continues', async () => {
    const DATA_DIR = await temporaryFolder()
    const first = await startServer({ DATA_DIR })
    const person = await register(first.url)
    const { code, said } = await failing({ DATA_DIR })
    expect(code).toBe(1)
    expect(said).toContain(DATA_DIR)
    expect(said).not.toMatch(/^\s+at /m)
    expect((await person.get('/api/me')).status).toBe(200)
    await first.kill()
    // A dead owner is none.
    const second = await startServer({ DATA_DIR })
    await second.discard()
  })

  it('a port that is in use', async () => {
    const DATA_DIR = await temporaryFolder()
    const taken = createServer()
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port))
    })
    const { code, said } = await failing({ DATA_DIR, PORT: String(port) })
    taken.close()
    expect(code).toBe(1)
    expect(said).toMatch(new RegExp(`EADDRINUSE.*${port}`))
    expect(said).not.toMatch(/^\s+at /m)
  })

  it('a data folder that cannot be written', async () => {
    const { code, said } = await failing({ DATA_DIR: '/dev/null/nowhere' })
    expect(code).toBe(1)
    expect(said).toContain('/dev/null/nowhere')
    expect(said).not.toMatch(/^\s+at /m)
  })
})

describe('the build', () => {
  it('runs as a copy in another folder', async () => {
    const folder = await temporaryFolder()
    const output = join(folder, 'copied')
    await cp(OUTPUT, output, { recursive: true })
    const server = await startServer({ DATA_DIR: join(folder, 'data') }, output)
    const [ann, bob] = await Promise.all([register(server.url), register(server.url)])
    const socket = await bob.connect()
    const chat = await ann.chatWith(bob)
    const message = await ann.send(chat.id, 'from afar')
    expect(await socket.next('message.created')).toEqual({ message })
    const page = await ann.get<string>('/settings')
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html;charset=utf-8'])
    const [script] = /\/_nuxt\/[\w.-]+\.js/.exec(page.body)!
    expect((await ann.get(script)).status).toBe(200)
    await socket.close()
    await server.discard()
  })

  it('keeps its data and its people signed in across a restart', async () => {
    const DATA_DIR = await temporaryFolder()
    const first = await startServer({ DATA_DIR })
    const [ann, bob] = await Promise.all([register(first.url, 'Ann'), register(first.url, 'Bob')])
    const chat = (await ann.chatWith(bob)).id
    await ann.send(chat, 'still here?')
    await ann.request('PUT', `/api/conversations/${chat}/read`, { seq: 1 })
    const before = (await ann.get('/api/conversations')).body
    expect(await first.stop()).toBe(0)
    const second = await startServer({ DATA_DIR })
    const again = ann.at(second.url)
    expect((await again.get('/api/conversations')).body).toEqual(before)
    expect((await again.post('/api/auth/refresh', {})).status).toBe(200)
    await second.discard()
  })
})

it('an unreachable database stops the start, and its address is named', async () => {
  const { code, said } = await outOfReach
  expect(code).toBe(1)
  expect(said).toMatch(/127\.0\.0\.1:1/)
})

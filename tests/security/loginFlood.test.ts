import { afterAll, beforeAll, expect, it } from 'vitest'
import { PASSWORD, Person, register } from '../support/person'
import { startServer, type TestServer } from '../support/server'
import { range } from '../support/sends'

let server: TestServer
let ann: Person
let bob: Person

beforeAll(async () => {
  server = await startServer({ TRUSTED_PROXIES: '1' })
  ;[ann, bob] = await Promise.all([register(server.url), register(server.url)])
})
afterAll(() => server.discard())

const attempt = (from: string, password: string) =>
  new Person(server.url).request(
    'POST',
    '/api/auth/login',
    { login: ann.user.username, password },
    { 'x-forwarded-for': from },
  )

it('of 400 logins at once some are told to wait, but nobody who is signed in, and other people can sign in', async () => {
  let over = false
  const started = performance.now()
  const flood = Promise.all(range(1, 400).map(() => attempt('198.51.100.1', 'wrong password'))).finally(
    () => (over = true),
  )
  const other = attempt('198.51.100.2', PASSWORD)
  const waits: number[] = []
  while (!over) {
    const asked = performance.now()
    expect((await bob.get('/api/me')).status).toBe(200)
    waits.push(performance.now() - asked)
  }
  const answers = await flood
  const duration = performance.now() - started
  const refused = answers.filter(({ status }) => status === 503)
  expect(answers.length - refused.length).toBeGreaterThanOrEqual(100)
  expect(refused.length).toBeGreaterThan(0)
  for (const { headers, body } of refused) {
    expect([headers.get('retry-after'), body.data]).toEqual(['2', { code: 'UNAVAILABLE' }])
  }
  expect((await other).status).toBe(200)
  // Waiting behind the flood is as long as the flood.
  const median = waits.sort((one, two) => one - two)[waits.length >> 1]!
  expect(median).toBeLessThan(duration / 4)
})

it('a form is told to wait too', async () => {
  const flood = Promise.all(range(1, 150).map(() => attempt('198.51.100.3', 'wrong password')))
  const forms = await Promise.all(
    range(1, 60).map(() => {
      const fields = { login: ann.user.username, password: 'wrong password' }
      return new Person(server.url).submit('/api/auth/login', fields, { 'x-forwarded-for': '198.51.100.3' })
    }),
  )
  await flood
  const places = forms.map(({ status, headers }) => `${status} ${headers.get('location')}`)
  expect(places).toContain('303 /login?error=UNAVAILABLE')
})

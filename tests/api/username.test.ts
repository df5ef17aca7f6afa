import { afterAll, beforeAll, expect, it } from 'vitest'
import { ok, people, refused } from '../support/groups/group'
import { PASSWORD, Person } from '../support/person'
import { startServer, type TestServer } from '../support/server'

let server: TestServer
let ann: Person
let bob: Person

beforeAll(async () => {
  server = await startServer()
  ;[ann, bob] = await people(server.url, 'Ann', 'Bob')
})
afterAll(() => server.discard())

const rename = (person: Person, username: string, password = PASSWORD) =>
  person.request('PUT', '/api/me/username', { username, password })
const login = async (name: string) =>
  (await new Person(server.url).post('/api/auth/login', { login: name, password: PASSWORD })).status
const CONFLICT = [409, 'CONFLICT']

it('changes the name by which a person is found and signs in, and keeps the old one for them', async () => {
  const before = ann.user.username
  expect((await ok(rename(ann, 'Ann.Renamed'))).user.username).toBe('ann.renamed')
  expect([await login('ann.renamed'), await login(before)]).toEqual([200, 401])
  const { users } = await ok(bob.get('/api/users?q=ann.renamed'))
  expect(users.map(({ id }: { id: string }) => id)).toEqual([ann.user.id])
  expect((await ok(bob.get(`/api/users?q=${before}`))).users).toEqual([])

  expect(await refused(rename(bob, before))).toEqual(CONFLICT)
  const fields = { email: 'other@example.com', username: before, displayName: 'Other', password: PASSWORD }
  expect(await refused(new Person(server.url).post('/api/auth/register', fields))).toEqual(CONFLICT)
  expect((await ok(bob.get('/api/me'))).user.username).toBe(bob.user.username)

  expect((await ok(rename(ann, before))).user.username).toBe(before)
  expect(await refused(rename(bob, 'ann.renamed'))).toEqual(CONFLICT)
})

it('refuses a wrong password, a taken name and a reserved one', async () => {
  expect(await refused(rename(bob, 'bob.two', 'not it'))).toEqual([422, 'INVALID'])
  expect(await refused(rename(bob, ann.user.username))).toEqual(CONFLICT)
  expect(await refused(rename(bob, 'admin'))).toEqual([422, 'INVALID'])
  expect(await login(bob.user.username)).toBe(200)
  // A name that was refused leaves nothing kept.
  expect((await ok(rename(bob, 'bob.two'))).user.username).toBe('bob.two')
})

it('gives a name to one of several who take it at once', async () => {
  const crowd = await people(server.url, 'One', 'Two', 'Three', 'Four')
  const answers = await Promise.all(crowd.map((person) => rename(person, 'wanted.name')))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409])
})

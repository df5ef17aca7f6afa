import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { serveStore, type Store } from '../../server/embedded/serve'
import { PASSWORD, Person } from '../support/person'
import { startServer, type TestServer } from '../support/server'

const NAMES: Record<string, string> = {
  van_an: 'Nguyễn Văn An',
  an_thi: 'Trần Thị An',
  ming: '王小明',
  jp: 'Jean-Pierre O’Brien',
  weiss: 'Anna Weiß',
  wide: 'ＷＩＤＥ Name',
  dat: 'Lê Đạt',
}

let folder: string
let store: Store
let server: TestServer
let reader: Person

const settings = () => ({ MONGODB_URI: store.uri, JWT_SECRET: 'a secret that only this test has and nobody else' })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'webchat-people-'))
  store = await serveStore({ folder })
  server = await startServer(settings())
  for (const [username, displayName] of Object.entries(NAMES)) {
    reader = new Person(server.url)
    await reader.post('/api/auth/register', {
      email: `${username}@example.com`,
      username,
      displayName,
      password: PASSWORD,
    })
  }
})
afterAll(async () => {
  await server.stop()
  await store.close()
  await rm(folder, { recursive: true, force: true })
})

async function found(q: string): Promise<string[]> {
  const { body } = await reader.get(`/api/users?q=${encodeURIComponent(q)}`)
  return body.users.map(({ username }: { username: string }) => username)
}

const QUESTIONS: [string, string[]][] = [
  ['nguyen an', ['van_an']],
  ['van an', ['van_an']],
  ['an', ['an_thi', 'van_an', 'weiss']],
  ['小明', ['ming']],
  ['明', ['ming']],
  ['pierre', ['jp']],
  ['brien', ['jp']],
  ["o'brien jean", ['jp']],
  ['weiss', ['weiss']],
  ['weiß anna', ['weiss']],
  ['wide', ['wide']],
  ['dat le', ['dat']],
  ['@van_an', ['van_an']],
  ['guyen', []],
  ['nguyen x', []],
]

it.each(QUESTIONS)('%j finds %j', async (typed, usernames) => {
  expect((await found(typed)).toSorted()).toEqual(usernames)
})

it('an empty query finds everybody, and a query is never a pattern', async () => {
  expect(await found('')).toHaveLength(Object.keys(NAMES).length)
  for (const typed of ['.*', '$', '^a', '\\', '%', '(', '[a'])
    expect((await found(typed)).every((username) => /^a|an|weiss/.test(username))).toBe(true)
  expect((await reader.get(`/api/users?q=${'a%20'.repeat(16)}`)).status).toBe(200)
})

it('people who were stored by an older version are found once the server has started', async () => {
  await server.stop()
  const client = await MongoClient.connect(store.uri)
  const users = client.db().collection('users')
  for (const [username, displayName] of Object.entries(NAMES)) {
    const { searchVersion: _, ...rest } = (await users.findOneAndDelete({ username }))!
    await users.insertOne({ ...rest, searchKeys: [username, displayName.toLowerCase()] })
  }
  await client.close()
  server = await startServer(settings())
  const again = new Person(server.url)
  await again.post('/api/auth/login', { login: 'jp', password: PASSWORD })
  reader = again
  for (const [typed, usernames] of QUESTIONS)
    expect([typed, (await found(typed)).toSorted()]).toEqual([typed, usernames])
})

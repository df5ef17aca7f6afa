import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient, ObjectId } from 'mongodb'
import { serveStore } from '../../../server/embedded/serve'
import { startServer, type TestServer } from '../server'

export interface CrowdServer extends TestServer {
  /** Adds people who never sign in, without hashing passwords. @returns their ids */
  crowd(count: number): Promise<string[]>
}

/** A server whose database the test can reach too, for groups of 1,000 people of whom most do nothing. */
export async function startCrowdServer(): Promise<CrowdServer> {
  const folder = await mkdtemp(join(tmpdir(), 'webchat-crowd-'))
  const store = await serveStore({ folder })
  const server = await startServer({ MONGODB_URI: store.uri, JWT_SECRET: 'a secret that only the tests have' })
  const client = await MongoClient.connect(store.uri)
  let made = 0
  return {
    ...server,
    async crowd(count) {
      const people = Array.from({ length: count }, () => {
        const username = `crowd${++made}`
        const names = {
          username,
          email: `${username}@example.com`,
          displayName: `Person ${made}`,
          searchKeys: [username],
        }
        return {
          _id: new ObjectId(),
          ...names,
          about: '',
          passwordHash: 'none',
          lastSeenAt: null,
          createdAt: new Date(),
        }
      })
      await client.db().collection('users').insertMany(people)
      return people.map(({ _id }) => _id.toString())
    },
    async stop() {
      const code = await server.stop()
      await client.close()
      await store.close()
      await rm(folder, { recursive: true, force: true })
      return code
    },
  }
}

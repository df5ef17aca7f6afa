import { MongoClient, type Db } from 'mongodb'
import { serveStore } from '../../server/embedded/serve'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer, type TestServer } from './server'

const OWN_SECRET = 'a secret that only the tests have'

/** A server whose database the test can reach too, to write what only time or an older version could have written. */
export async function startOwnDatabase(
  environment: Record<string, string> = {},
): Promise<{ server: TestServer; database: Db; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'webchat-test-'))
  const store = await serveStore({ folder })
  const server = await startServer({ MONGODB_URI: store.uri, JWT_SECRET: OWN_SECRET, ...environment })
  const client = await MongoClient.connect(store.uri)
  return {
    server,
    database: client.db(),
    async stop() {
      await server.discard()
      await client.close()
      await store.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

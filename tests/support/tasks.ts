import { onTestFinished } from 'vitest'
import { serveStore } from '../../server/embedded/serve'
import { temporaryFolder } from './folder'
import { startServer, type TestServer } from './server'
import { startValkey, type TestValkey } from './valkey'

export interface Tasks {
  servers: TestServer[]
  valkey: TestValkey
  /** Takes the database away from all of them. */
  stopDatabase(): Promise<void>
  /** What one more task of them needs to be started with. */
  environment: Record<string, string>
}

/**
 * Several servers that share a database and a Valkey, as behind a load balancer: the database is the embedded one, run
 * by the test, or the MongoDB that the tests were given. All is gone after the test.
 */
export async function startTasks(count: number, environment: Record<string, string> = {}): Promise<Tasks> {
  const folder = await temporaryFolder()
  const [valkey, store] = await Promise.all([startValkey(), serveStore({ folder: `${folder}/database` })])
  onTestFinished(() => Promise.all([valkey.kill(), store.close()]).then(() => {}))
  const shared = {
    MONGODB_URI: databaseOf(folder) ?? store.uri,
    VALKEY_URL: valkey.url,
    JWT_SECRET: 'a secret that only the tests have',
    DATA_DIR: folder,
    ...environment,
  }
  const servers = await Promise.all(Array.from({ length: count }, () => startServer(shared)))
  onTestFinished(async () => void (await Promise.all(servers.map((server) => server.kill()))))
  return { servers, valkey, environment: shared, stopDatabase: () => store.close() }
}

/** A database of its own on the MongoDB that the tests were given, if they were. */
function databaseOf(folder: string): string | undefined {
  if (!process.env.TEST_MONGODB_URI) return undefined
  const address = new URL(process.env.TEST_MONGODB_URI)
  address.pathname = `/${folder.split('/').at(-1)}`
  return address.href
}

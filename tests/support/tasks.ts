import { onTestFinished } from 'vitest'
import { serveStore } from '../../server/embedded/serve'
import { temporaryFolder } from './folder'
import { startServer, type TestServer } from './server'
import { startValkey, type TestValkey } from './valkey'

export interface Tasks {
  servers: TestServer[]
  valkey: TestValkey
  /** Stops the database of all of them. */
  stopDatabase(): Promise<void>
  /** The settings for one more task. */
  environment: Record<string, string>
}

/**
 * Starts several servers that share a database and a Valkey, as behind a load balancer. The database is the embedded one,
 * which the test runs, or the MongoDB of the tests. All of it is removed after the test.
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

/** The address of a separate database on the MongoDB of the tests. Undefined: they have none. */
function databaseOf(folder: string): string | undefined {
  if (!process.env.TEST_MONGODB_URI) return undefined
  const address = new URL(process.env.TEST_MONGODB_URI)
  address.pathname = `/${folder.split('/').at(-1)}`
  return address.href
}

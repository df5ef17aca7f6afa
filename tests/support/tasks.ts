import { onTestFinished } from 'vitest'
import { serveStore } from '../../server/embedded/serve'
import { temporaryFolder } from './folder'
import type { Person } from './person'
import { startServer, type TestServer } from './server'
import { startValkey, type TestValkey } from './valkey'

export interface Tasks {
  servers: TestServer[]
  valkey: TestValkey
  /** What one more task of them needs to be started with. */
  environment: Record<string, string>
}

/**
 * Several servers that share a database and a Valkey, as behind a load balancer: the database is the embedded one, run
 * by the test, or the MongoDB that the tests were given. All is gone after the test.
 */
export async function startTasks(count: number, environment: Record<string, string> = {}): Promise<Tasks> {
  const folder = await temporaryFolder()
  const [valkey, uri] = await Promise.all([startValkey(), databaseFor(folder)])
  onTestFinished(() => valkey.kill())
  const shared = { MONGODB_URI: uri, VALKEY_URL: valkey.url, JWT_SECRET: 'a secret that only the tests have', DATA_DIR: folder, ...environment }
  const servers = await Promise.all(Array.from({ length: count }, () => startServer(shared)))
  onTestFinished(async () => void (await Promise.all(servers.map((server) => server.kill()))))
  return { servers, valkey, environment: shared }
}

async function databaseFor(folder: string): Promise<string> {
  if (process.env.TEST_MONGODB_URI) {
    const address = new URL(process.env.TEST_MONGODB_URI)
    address.pathname = `/${folder.split('/').at(-1)}`
    return address.href
  }
  const store = await serveStore({ folder: `${folder}/database` })
  onTestFinished(() => store.close())
  return store.uri
}

/** The same person, at another of the tasks. */
export function at(server: TestServer, person: Person): Person {
  return person.at(server.url)
}

import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient, type Collection, type Db, type Document } from 'mongodb'
import { afterAll, beforeAll } from 'vitest'
import { serveStore } from '../../../server/embedded/serve'

interface Available {
  name: string
  embedded: boolean
  start(): Promise<{ uri: string; stop(): Promise<void> }>
}

const embedded: Available = {
  name: 'embedded store',
  embedded: true,
  async start() {
    const folder = mkdtempSync(join(tmpdir(), 'webchat-contract-'))
    const store = await serveStore({ folder })
    return { uri: store.uri, stop: () => store.close().finally(() => rmSync(folder, { recursive: true, force: true })) }
  },
}

function real(uri: string): Available {
  return { name: 'MongoDB', embedded: false, start: () => Promise.resolve({ uri, stop: () => Promise.resolve() }) }
}

/** Every database the contract can be held against: the embedded one, and a real one where TEST_MONGODB_URI names it. */
export const databases: Available[] = process.env.TEST_MONGODB_URI
  ? [embedded, real(process.env.TEST_MONGODB_URI)]
  : [embedded]

/** Connects for the tests of a describe block, in a database of its own that is dropped afterwards. */
export function useDatabase(available: Available): {
  db: Db
  client: MongoClient
  uri: string
  fresh<T extends Document = Document>(...docs: Document[]): Promise<Collection<T>>
} {
  const used = {} as ReturnType<typeof useDatabase>
  let stop: () => Promise<void>
  beforeAll(async () => {
    const server = await available.start()
    stop = server.stop
    used.uri = server.uri
    used.client = await MongoClient.connect(server.uri)
    used.db = used.client.db(`contract_${randomUUID().replaceAll('-', '')}`)
    used.fresh = async <T extends Document>(...docs: Document[]) => {
      const collection = used.db.collection<T>(`c${randomUUID().slice(0, 8)}`)
      if (docs.length) await used.db.collection(collection.collectionName).insertMany(docs)
      return collection
    }
  })
  afterAll(async () => {
    // The embedded one goes with its folder.
    if (!available.embedded) await used.db?.dropDatabase()
    await used.client?.close()
    await stop?.()
  })
  return used
}

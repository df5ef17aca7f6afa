import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { MongoClient, type Db } from 'mongodb'
import { serveStore } from '../embedded/serve'
import { DATABASE, DATABASE_FILE, ToolError, refuseHalfRestored } from './folder'
import { move, type MovedCollection } from './move'

/** Milliseconds that a MongoDB has to answer, unless its address says otherwise. */
const SELECTION_TIMEOUT_MS = 10_000

/**
 * Moves all data from the embedded database of a data folder to a MongoDB, or back. The folder is locked meanwhile, so no
 * server can run on it. An interrupted move continues when it is called again.
 * @param options.uri the address of the MongoDB, with a database name; the caller stops the servers that use it
 * @param options.say is called for each collection that was moved
 * @throws ToolError, or Error when a server runs on the folder
 */
export async function moveBetween(options: {
  dataDir: string
  uri: string
  direction: 'export' | 'import'
  say: (collection: MovedCollection) => void
}): Promise<void> {
  const { dataDir, uri, direction, say } = options
  if (direction === 'export' && !existsSync(join(dataDir, DATABASE_FILE)))
    throw new ToolError(`There is no database in ${dataDir}.`)
  refuseHalfRestored(dataDir)
  const remote = await connect(uri)
  try {
    const store = await serveStore({ folder: join(dataDir, DATABASE) })
    const local = await connect(store.uri)
    try {
      const [from, to] = direction === 'export' ? [local, remote] : [remote, local]
      await move(databaseOf(from), databaseOf(to), say)
    } finally {
      await local.close()
      await store.close()
    }
  } finally {
    await remote.close()
  }
}

async function connect(uri: string): Promise<MongoClient> {
  try {
    const timeout = /[?&]serverSelectionTimeoutMS=/i.test(uri) ? {} : { serverSelectionTimeoutMS: SELECTION_TIMEOUT_MS }
    return await MongoClient.connect(uri, { ...timeout, appName: 'webchat tools' })
  } catch (error) {
    // The address contains a password, so the message must not contain the address.
    throw new ToolError(`The MongoDB cannot be reached: ${(error as Error).message.replaceAll(uri, '(its address)')}`, {
      cause: error,
    })
  }
}

/** The database that the address names. Its writes are answered when they are durable. */
function databaseOf(client: MongoClient): Db {
  return client.db(undefined, { writeConcern: { w: 'majority', journal: true } })
}

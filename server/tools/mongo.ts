import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { MongoClient, type Db } from 'mongodb'
import { serveStore } from '../embedded/serve'
import { DATABASE, DATABASE_FILE, Refused, refuseHalfRestored } from './folder'
import { move, type MovedCollection } from './move'

/** Milliseconds that a server is given to answer, unless its address says otherwise. */
const SELECTION_TIMEOUT_MS = 10_000

/**
 * Moves everything from the embedded database of a data folder to a MongoDB, or back. The folder is owned meanwhile, so no
 * server of ours can run on it.
 * @param options.uri of the MongoDB, with the database's name; what stands there and runs must be stopped by the caller
 * @throws Error with a sentence; run again, it goes on
 */
export async function moveBetween(options: {
  dataDir: string
  uri: string
  direction: 'export' | 'import'
  say: (collection: MovedCollection) => void
}): Promise<void> {
  const { dataDir, uri, direction, say } = options
  if (direction === 'export' && !existsSync(join(dataDir, DATABASE_FILE)))
    throw new Refused(`There is no database in ${dataDir}.`)
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
    // The address has a password in it, and stays out of what is said.
    throw new Refused(`The MongoDB cannot be reached: ${(error as Error).message.replaceAll(uri, '(its address)')}`, {
      cause: error,
    })
  }
}

/** The database that the address names, as the server takes it; writes are on the disk when they are answered. */
function databaseOf(client: MongoClient): Db {
  return client.db(undefined, { writeConcern: { w: 'majority', journal: true } })
}

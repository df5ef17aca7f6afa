import type { Db, Document } from 'mongodb'
import { MOVE_MARK, ToolError } from './folder'
import { batchesOf, digestOf, type Batch, type Digest } from './documents'

/** How often a move compares and copies again while the databases differ, for example because a document expired. */
const MAX_TRIES = 3

export interface MovedCollection extends Digest {
  name: string
  /** Documents that this run wrote. An interrupted run wrote the others. */
  written: number
}

/**
 * Copies a database to another server: the documents byte by byte, and the indexes. When a run is interrupted, the next
 * one continues: it compares what was copied and writes only the rest.
 * @param from is only read; nobody may write to it meanwhile
 * @param to must be empty, half copied, or the same already
 * @param say is called for each collection when everything is copied
 * @throws ToolError
 */
export async function move(from: Db, to: Db, say: (collection: MovedCollection) => void): Promise<void> {
  if ((await namesOf(from)).length === 0)
    throw new ToolError('There is nothing to move: the database that it should come from is empty.')
  const isUnderWay = (await to.collection(MOVE_MARK).findOne()) !== null
  if (await from.collection(MOVE_MARK).findOne())
    throw new ToolError('The database that it should come from is half moved itself. Finish that first.')
  if (!isUnderWay && !(await isEmpty(to))) {
    if (await compare(from, to, say)) return
    throw new ToolError('The database that it should go to holds something else already. Name an empty one.')
  }
  await to
    .collection<{ _id: string }>(MOVE_MARK)
    .updateOne({ _id: 'move' }, { $set: { beganAt: new Date() } }, { upsert: true })
  for (let attempt = 1; ; attempt++) {
    const written = await copyAll(from, to)
    const moved: MovedCollection[] = []
    const isSame = await compare(from, to, (collection) =>
      moved.push({ ...collection, written: written.get(collection.name) ?? 0 }),
    )
    if (isSame) {
      moved.forEach(say)
      break
    }
    if (attempt === MAX_TRIES)
      throw new ToolError('The two still differ: somebody writes to one of them. Stop all servers, and run it again.')
  }
  // TTL indexes come last, so that no document expires before it was compared.
  for (const name of await namesOf(from)) await copyIndexes(from, to, name, true)
  await to.collection(MOVE_MARK).drop()
}

/** @returns the documents that were written, by collection */
async function copyAll(from: Db, to: Db): Promise<Map<string, number>> {
  const written = new Map<string, number>()
  const names = await namesOf(from)
  for (const name of await namesOf(to)) if (!names.includes(name)) await to.collection(name).drop()
  for (const name of names) {
    await copyIndexes(from, to, name, false)
    await removeOthers(from, to, name)
    written.set(name, await copyMissing(from, to, name))
  }
  return written
}

/** Removes documents that an earlier run wrote and that have changed since. So no later write meets a duplicate key. */
async function removeOthers(from: Db, to: Db, name: string): Promise<void> {
  for await (const batch of batchesOf(to, name)) {
    const sources = await sameIds(from, name, batch)
    const others = batch.filter(({ key, raw }) => !sources.get(key)?.equals(raw)).map(({ doc }) => doc._id as unknown)
    if (others.length > 0) await to.collection(name).deleteMany({ _id: { $in: others } } as Document)
  }
}

async function copyMissing(from: Db, to: Db, name: string): Promise<number> {
  let written = 0
  for await (const batch of batchesOf(from, name)) {
    const there = await sameIds(to, name, batch)
    const missing = batch.filter(({ key }) => !there.has(key)).map(({ doc }) => doc)
    if (missing.length > 0) await to.collection(name).insertMany(missing, { ordered: false })
    written += missing.length
  }
  return written
}

/** The documents of a collection with the ids of a batch, by id. */
async function sameIds(database: Db, name: string, batch: Batch): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>()
  const ids = batch.map(({ doc }) => doc._id as unknown)
  for await (const others of batchesOf(database, name, { _id: { $in: ids } }))
    for (const { key, raw } of others) found.set(key, raw)
  return found
}

/** Copies indexes. @param expiring whether to copy the TTL indexes, or the others */
async function copyIndexes(from: Db, to: Db, name: string, expiring: boolean): Promise<void> {
  const indexes = await from.collection(name).indexes()
  const wanted = indexes.filter(
    (index) => index.name !== '_id_' && (index.expireAfterSeconds !== undefined) === expiring,
  )
  for (const { v: _, ns: __, key, ...options } of wanted) {
    try {
      await to.collection(name).createIndex(key as Record<string, 1>, options)
    } catch (error) {
      throw new ToolError(`The index ${options.name} of ${name} cannot be made: ${(error as Error).message}`, {
        cause: error,
      })
    }
  }
}

/** Compares two databases, collection by collection. @returns whether they are the same */
async function compare(from: Db, to: Db, say: (collection: MovedCollection) => void): Promise<boolean> {
  const names = await namesOf(from)
  if ((await namesOf(to)).some((name) => !names.includes(name))) return false
  for (const name of names) {
    const [one, other] = await Promise.all([digestOf(from, name), digestOf(to, name)])
    if (one.documents !== other.documents || one.sha256 !== other.sha256) return false
    say({ name, ...one, written: 0 })
  }
  return true
}

async function namesOf(database: Db): Promise<string[]> {
  const collections = await database.listCollections({ type: 'collection' }, { nameOnly: true }).toArray()
  return collections
    .map(({ name }) => name)
    .filter((name) => name !== MOVE_MARK && !name.startsWith('system.'))
    .sort()
}

async function isEmpty(database: Db): Promise<boolean> {
  for (const name of await namesOf(database))
    if (await database.collection(name).findOne({}, { projection: { _id: 1 } })) return false
  return true
}

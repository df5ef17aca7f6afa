import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { decode, encode } from '../../server/embedded/bson/document'
import type { Database } from '../../server/embedded/store/database'
import { Fence } from '../../server/embedded/store/fence'
import { Keyspace } from '../../server/embedded/store/keyspace'
import { disagreements } from '../support/embedded/agreement'
import { temporaryDatabase, temporaryFolder } from '../support/embedded/temporary'

/** Where LMDB's lock file has the number of the newest state. */
const NEWEST_AT = 8

/**
 * Does what another process does that opens the file in the moment of a commit: it sets the newest state's number to that
 * of the state before. Sixty thousand openings during inserts did it seven to twenty times.
 */
function forgetNewest(folder: string): void {
  const file = openSync(join(folder, 'webchat.mdb-lock'), 'r+')
  const number = Buffer.alloc(8)
  readSync(file, number, 0, 8, NEWEST_AT)
  number.writeBigUInt64LE(number.readBigUInt64LE() - 1n)
  writeSync(file, number, 0, 8, NEWEST_AT)
  closeSync(file)
}

const insert = (database: Database, _id: string) =>
  database.write(() => {
    const raw = encode({ _id })
    database.ensure('test.c').insert(raw, decode(raw))
  })

const idsOf = (database: Database) =>
  database.keyspace
    .scan(database.find('test.c')!.range, { limit: Infinity, values: true })
    .map(({ value }) => decode(value!)._id)

async function databaseWithTwo(folder: string): Promise<Database> {
  const database = temporaryDatabase(folder)
  await insert(database, 'a')
  await insert(database, 'b')
  return database
}

it('a write after a forgotten commit is refused, and loses nothing', async () => {
  const folder = temporaryFolder()
  const database = await databaseWithTwo(folder)
  forgetNewest(folder)
  await expect(insert(database, 'c')).rejects.toThrow(/Nothing was written/)
  expect(idsOf(database)).toEqual(['a', 'b'])
  await insert(database, 'd')
  expect(idsOf(database)).toEqual(['a', 'b', 'd'])
  expect(disagreements(database, database.find('test.c')!)).toEqual([])
})

it('a new index after a forgotten commit is refused, and loses nothing', async () => {
  const folder = temporaryFolder()
  const database = await databaseWithTwo(folder)
  forgetNewest(folder)
  const create = () =>
    database.writeAlone(() => database.createIndex(database.find('test.c')!, { key: { a: 1 }, name: 'a_1' }))
  await expect(create()).rejects.toThrow(/Nothing was written/)
  expect(await create()).toBe(true)
  expect(idsOf(database)).toEqual(['a', 'b'])
})

it('writes go on after a commit that was said to have failed, and is in the file', async () => {
  const database = await databaseWithTwo(temporaryFolder())
  const { keyspace } = database
  const commit = keyspace.commit.bind(keyspace)
  keyspace.commit = async (work, step) => {
    keyspace.commit = commit
    await commit(work, step)
    throw new Error('The disk failed.')
  }
  await expect(insert(database, 'c')).rejects.toThrow('The disk failed.')
  await insert(database, 'd')
  expect(idsOf(database)).toEqual(['a', 'b', 'c', 'd'])
})

it('readers see a forgotten commit again after the owner has looked', async () => {
  const folder = temporaryFolder()
  const database = await databaseWithTwo(folder)
  forgetNewest(folder)
  // A read in the same turn of the event loop uses the state of the one before.
  await new Promise((resolve) => setImmediate(resolve))
  database.checkOwner()
  await new Promise((resolve) => setImmediate(resolve))
  expect(idsOf(database)).toEqual(['a', 'b'])
})

it('a new owner takes over what the former owner has committed last', async () => {
  const folder = temporaryFolder()
  await (await databaseWithTwo(folder)).close()
  const keyspace = new Keyspace(join(folder, 'webchat.mdb'))
  forgetNewest(folder)
  expect(new Fence(keyspace, folder).isCurrent()).toBe(true)
  await keyspace.close()
  expect(idsOf(temporaryDatabase(folder))).toEqual(['a', 'b'])
})

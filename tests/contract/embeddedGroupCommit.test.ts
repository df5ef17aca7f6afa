import { describe, expect, it } from 'vitest'
import { decode, encode } from '../../server/embedded/bson/document'
import { badValue } from '../../server/embedded/errors'
import type { Database } from '../../server/embedded/store/database'
import { disagreements } from '../support/embedded/agreement'
import { temporaryDatabase } from '../support/embedded/temporary'

function insert(database: Database, doc: Record<string, unknown>): Promise<void> {
  const raw = encode(doc)
  return database.write(() => database.ensure('test.c').insert(raw, decode(raw)))
}

describe('writes that arrive together', () => {
  it('commit together, also if one of them is refused', async () => {
    const database = temporaryDatabase()
    const before = database.version
    const results = await Promise.allSettled([
      insert(database, { _id: 1 }),
      insert(database, { _id: 1 }),
      database.write(() => {
        throw badValue('no')
      }),
      insert(database, { _id: 2 }),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
    expect(database.version).toBe(before + 1)
    expect(database.keyspace.count(database.find('test.c')!.range)).toBe(2)
  })

  it('are undone together by a fault, in memory and on disk', async () => {
    const database = temporaryDatabase()
    await insert(database, { _id: 1 })
    const results = await Promise.allSettled([
      insert(database, { _id: 2 }),
      database.write(() =>
        database.createIndex(database.find('test.c')!, decode(encode({ key: { a: 1 }, name: 'a_1' }))),
      ),
      database.write(() => database.ensure('test.new')),
      database.write(() => {
        throw new Error('broken')
      }),
    ])
    expect(results.map((result) => (result.status === 'rejected' ? String(result.reason) : 'fulfilled'))).toEqual(
      Array.from({ length: 4 }, () => 'Error: broken'),
    )
    expect(database.find('test.new')).toBeUndefined()
    expect(database.find('test.c')!.indexes).toHaveLength(1)
    await insert(database, { _id: 2 })
    expect(database.keyspace.count(database.find('test.c')!.range)).toBe(2)
    expect(disagreements(database, database.find('test.c')!)).toEqual([])
  })

  it('that wait while the store closes are committed', async () => {
    const database = temporaryDatabase()
    const waiting = insert(database, { _id: 1 })
    await database.close()
    await expect(waiting).resolves.toBeUndefined()
  })
})

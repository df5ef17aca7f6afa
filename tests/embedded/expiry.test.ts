import { describe, expect, it } from 'vitest'
import { decode, encode, type Doc } from '../../server/embedded/bson/document'
import { removeExpired } from '../../server/embedded/store/expiry'
import { disagreements } from './support/agreement'
import { temporaryDatabase } from './support/temporary'

describe('documents with a time to live', () => {
  it('go when their time is over, and only then', async () => {
    const database = temporaryDatabase()
    const now = new Date('2026-01-01T00:00:00Z')
    const at = (seconds: number): Date => new Date(now.getTime() + seconds * 1000)
    const docs: Doc[] = [
      { _id: 'old', at: at(-61) }, { _id: 'exactly', at: at(-60) }, { _id: 'young', at: at(-59) }, { _id: 'none' },
      { _id: 'number', at: 5 }, { _id: 'earliest counts', at: [at(100), at(-100)] }, { _id: 'array', at: [at(1)] },
    ]
    const collection = await database.write(() => {
      const created = database.ensure('test.sessions')
      database.createIndex(created, decode(encode({ key: { at: 1 }, name: 'at_1', expireAfterSeconds: 60 })))
      for (const doc of docs) created.insert(encode(doc), decode(encode(doc)))
      for (let i = 0; i < 1200; i++) created.insert(encode({ _id: i, at: at(-1000) }), { _id: i, at: at(-1000) })
      return created
    })
    expect(await removeExpired(database, now)).toBe(1203)
    const left = database.keyspace.scan(collection.range, { limit: Infinity, values: true }).map(({ value }) => decode(value!)._id)
    expect(left).toEqual(['young', 'none', 'number', 'array'])
    expect(disagreements(database, collection)).toEqual([])
    expect(await removeExpired(database, now)).toBe(0)
  })
})

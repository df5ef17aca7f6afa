import { describe, expect, it } from 'vitest'
import { decode, encode, type Doc } from '../../server/embedded/bson/document'
import { removeExpired } from '../../server/embedded/store/expiry'
import { SteadyClock } from '../../server/embedded/store/steadyClock'
import { disagreements } from '../support/embedded/agreement'
import { temporaryDatabase } from '../support/embedded/temporary'

describe('documents with a time to live', () => {
  it('are removed when their time is over, and not before', async () => {
    const database = temporaryDatabase()
    const now = new Date('2026-01-01T00:00:00Z')
    const at = (seconds: number): Date => new Date(now.getTime() + seconds * 1000)
    const docs: Doc[] = [
      { _id: 'old', at: at(-61) },
      { _id: 'exactly', at: at(-60) },
      { _id: 'young', at: at(-59) },
      { _id: 'none' },
      { _id: 'number', at: 5 },
      { _id: 'earliest counts', at: [at(100), at(-100)] },
      { _id: 'array', at: [at(1)] },
    ]
    const collection = await database.write(() => {
      const created = database.ensure('test.sessions')
      database.createIndex(created, decode(encode({ key: { at: 1 }, name: 'at_1', expireAfterSeconds: 60 })))
      for (const doc of docs) created.insert(encode(doc), decode(encode(doc)))
      for (let i = 0; i < 1200; i++) created.insert(encode({ _id: i, at: at(-1000) }), { _id: i, at: at(-1000) })
      return created
    })
    expect(await removeExpired(database, now)).toBe(1203)
    const left = database.keyspace
      .scan(collection.range, { limit: Infinity, values: true })
      .map(({ value }) => decode(value!)._id)
    expect(left).toEqual(['young', 'none', 'number', 'array'])
    expect(disagreements(database, collection)).toEqual([])
    expect(await removeExpired(database, now)).toBe(0)
  })
})

describe('a clock', () => {
  const MINUTE = 60_000
  const DAY = 24 * 60 * MINUTE

  /** A clock that is looked at once a minute; `error` is how far it is set wrong. */
  function watched() {
    let passed = 0
    let error = 0
    const clock = new SteadyClock(
      () => 1e12 + passed + error,
      () => passed,
    )
    return (minutes: number, wrongBy = error) => {
      error = wrongBy
      const looks = Array.from({ length: minutes }, () => {
        passed += MINUTE
        return clock.isSteady()
      })
      return { any: looks.includes(true), last: looks.at(-1) }
    }
  }

  it('is trusted when it was steady for ten minutes', () => {
    const after = watched()
    expect(after(9).any).toBe(false)
    expect(after(1).last).toBe(true)
    expect(after(60).last).toBe(true)
  })

  it.each([DAY, -DAY, 60 * DAY, 10_000])(
    'that is wrong by %i ms for a minute is not trusted then, nor just after',
    (wrongBy) => {
      const after = watched()
      expect(after(30).last).toBe(true)
      expect(after(1, wrongBy).any).toBe(false)
      expect(after(9, 0).any).toBe(false)
      expect(after(10).last).toBe(true)
    },
  )

  it('that is corrected in small steps stays trusted', () => {
    const after = watched()
    after(10)
    for (let correction = 0; correction < 60_000; correction += 500) expect(after(1, correction).last).toBe(true)
  })
})

import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, encode, type Doc } from '../../server/embedded/bson/document'
import { badValue } from '../../server/embedded/errors'
import { search, type Findings } from '../../server/embedded/plan/execute'
import type { Database } from '../../server/embedded/store/database'
import { Keyspace, StaleState } from '../../server/embedded/store/keyspace'
import { disagreements } from '../support/embedded/agreement'
import { holdCommits } from '../support/embedded/heldFile'
import { temporaryDatabase, temporaryFolder } from '../support/embedded/temporary'

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

describe('while the disk takes its time for a commit', () => {
  const idsOf = (findings: Findings): number[] => [...findings].map((one) => Number(one?.doc._id))
  const found = (database: Database, filter: Doc): number[] =>
    idsOf(search(database, database.find('test.c'), { filter }))

  /** A store with two documents whose next commit is held. */
  async function held(): Promise<{ database: Database; release: () => void }> {
    const folder = temporaryFolder()
    const database = temporaryDatabase(folder)
    await database.writeAlone(() =>
      database.createIndex(database.ensure('test.c'), decode(encode({ key: { a: 1 }, name: 'a_1' }))),
    )
    await Promise.all([insert(database, { _id: 1, a: 1 }), insert(database, { _id: 2, a: 2 })])
    return { database, release: await holdCommits(join(folder, 'webchat.mdb')) }
  }
  async function isUnderWay(database: Database): Promise<void> {
    const { version } = database
    await expect.poll(() => database.version, { interval: 1 }).toBeGreaterThan(version)
  }

  it('reads are answered with what is on the disk, and see the write as soon as it is acknowledged', async () => {
    const { database, release } = await held()
    let acknowledged = false
    const writing = insert(database, { _id: 3, a: 1 }).then(() => (acknowledged = true))
    await isUnderWay(database)
    for (let turn = 0; turn < 20; turn++) {
      expect(found(database, { a: 1 })).toEqual([1])
      expect(found(database, { _id: 3 })).toEqual([])
      expect(found(database, {})).toEqual([1, 2])
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(acknowledged).toBe(false)
    release()
    await writing
    expect(found(database, { a: 1 })).toEqual([1, 3])
    expect(found(database, { _id: 3 })).toEqual([3])
  })

  it('what was removed or changed is there until then, and a search that goes on over it stays right', async () => {
    const { database, release } = await held()
    const collection = database.find('test.c')!
    const begun = search(database, collection, { filter: { a: { $gte: 1 } } })
    expect(Number(begun.next().value!.doc._id)).toBe(1)
    const writing = database.write(() => {
      collection.remove(2, { _id: 2, a: 2 })
      const raw = encode({ _id: 1, a: 5 })
      collection.replace(1, { _id: 1, a: 1 }, raw, decode(raw))
    })
    await isUnderWay(database)
    expect(found(database, {})).toEqual([1, 2])
    expect(found(database, { a: 5 })).toEqual([])
    release()
    await writing
    expect(idsOf(begun)).toEqual([])
    expect(found(database, { a: { $gte: 1 } })).toEqual([1])
    expect(disagreements(database, collection)).toEqual([])
  })

  it('the next writes wait for it, and closing waits for all', async () => {
    const { database, release } = await held()
    const order: number[] = []
    const first = insert(database, { _id: 3, a: 1 }).then(() => order.push(3))
    await isUnderWay(database)
    const same = insert(database, { _id: 3, a: 1 }).catch(({ code }: { code: number }) => order.push(code))
    const next = insert(database, { _id: 4, a: 1 }).then(() => order.push(4))
    const closing = database.close().then(() => order.push(0))
    expect(found(database, {})).toEqual([1, 2])
    release()
    await Promise.all([first, same, next, closing])
    expect(order).toEqual([3, 11_000, 4, 0])
  })
})

it('a group of writes reads what it wrote as if it was in the file', async () => {
  const step = { key: Buffer.from('step'), value: Buffer.alloc(8), next: Buffer.alloc(8) }
  const key = fc.integer({ min: 0, max: 15 }).map((n) => Buffer.from([7, n * 17]))
  const change = fc.tuple(key, fc.option(fc.uint8Array({ maxLength: 2 }).map((bytes) => Buffer.from(bytes))))
  const question = fc.record({
    low: key,
    high: key,
    from: fc.option(key, { nil: undefined }),
    limit: fc.constantFrom(1, 2, 5, Infinity),
    reverse: fc.boolean(),
    values: fc.boolean(),
  })
  const keyspace = new Keyspace(join(temporaryFolder(), 'file.mdb'))
  keyspace.transaction(() => keyspace.put(step.key, step.value))
  const apply = ([name, value]: [Buffer, Buffer | null]): void =>
    value ? keyspace.put(name, value) : keyspace.remove(name)
  const ask = ({ low, high, from, ...options }: { low: Buffer; high: Buffer; from?: Buffer } & object) => {
    const range = { low, high }
    const inside = from && Buffer.compare(low, from) <= 0 && Buffer.compare(from, high) < 0 ? from : undefined
    return {
      scanned: keyspace.scan(range, { limit: 3, ...options, from: inside }),
      count: Buffer.compare(low, high) < 0 ? keyspace.count(range) : 0,
      one: keyspace.get(low),
    }
  }
  try {
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { maxLength: 20 }),
        fc.array(change, { minLength: 1, maxLength: 20 }),
        fc.array(question, { minLength: 10, maxLength: 10 }),
        async (before, changes, questions) => {
          keyspace.transaction(() => {
            keyspace.removePrefix(Buffer.from([7]))
            before.forEach(apply)
          })
          const own: unknown[] = []
          const written = await keyspace.commit(() => {
            changes.forEach(apply)
            own.push(...questions.map(ask))
          }, step)
          expect(written).toEqual(step.next)
          expect(own).toEqual(questions.map(ask))
        },
      ),
      { numRuns: 100 },
    )
  } finally {
    await keyspace.close()
  }
})

it('a group of writes whose step is not found writes nothing', async () => {
  const step = { key: Buffer.from('step'), value: Buffer.from('12345678'), next: Buffer.from('12345680') }
  const keyspace = new Keyspace(join(temporaryFolder(), 'file.mdb'))
  const put = () => keyspace.put(Buffer.from('key'), Buffer.from('value'))
  try {
    await expect(keyspace.commit(put, step)).rejects.toThrow(StaleState)
    keyspace.transaction(() => keyspace.put(step.key, Buffer.from('12345679')))
    await expect(keyspace.commit(put, step)).rejects.toThrow(StaleState)
    expect(keyspace.get(Buffer.from('key'))).toBeUndefined()
    keyspace.transaction(() => keyspace.put(step.key, step.value))
    expect(await keyspace.commit(() => {}, step)).toBe(step.value)
    expect(await keyspace.commit(put, step)).toBe(step.next)
    expect(keyspace.get(Buffer.from('key'))?.toString()).toBe('value')
    expect(keyspace.get(step.key)).toEqual(step.next)
    await expect(keyspace.commit(put, step)).rejects.toThrow(StaleState)
  } finally {
    await keyspace.close()
  }
})

import { expect, it } from 'vitest'
import { searchKeysOf, searchWordsOf } from '#shared/domain/names'
import { decode, encode, type Doc } from '../../server/embedded/bson/document'
import { choosePlan } from '../../server/embedded/plan/choose'
import { parseFilter } from '../../server/embedded/query/filter'
import { parseSort } from '../../server/embedded/query/sort'
import { temporaryDatabase } from '../support/embedded/temporary'

const stored = (doc: Doc): Doc => decode(encode(doc))

it('people are searched through an index, by the longest word of the query', async () => {
  const database = temporaryDatabase()
  const collection = await database.write(() => {
    const users = database.ensure('test.users')
    database.createIndex(users, stored({ key: { username: 1 }, name: 'username', unique: true }))
    database.createIndex(users, stored({ key: { searchKeys: 1 }, name: 'searchKeys' }))
    for (let number = 0; number < 300; number++) {
      const person = { username: `person${number}`, displayName: number === 7 ? 'Trần Quỳnh' : `Trần ${number}` }
      const raw = encode({ _id: number, ...person, searchKeys: searchKeysOf(person) })
      users.insert(raw, decode(raw))
    }
    return users
  })
  const begins = searchWordsOf('tr quynh').map((word) => ({
    searchKeys: { $elemMatch: { $gte: word, $lt: `${word}\u{10FFFF}` } },
  }))
  const { steps } = choosePlan(
    database.keyspace,
    collection,
    parseFilter(stored({ $and: begins })),
    parseSort(stored({ username: 1 })),
  )
  expect(steps.map(({ index }) => index?.fields[0]?.path)).toEqual(['searchKeys'])
  expect(database.keyspace.count(steps[0]!.range)).toBe(1)
})

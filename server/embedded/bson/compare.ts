import type { Binary, BSONRegExp, ObjectId, Timestamp } from 'bson'
import type { Doc } from './document'
import { compareNumbers } from './numbers'
import { RANK, rankOf } from './types'

/**
 * Compares two values in MongoDB's order: by type first, then by value; a missing value equals null.
 * @returns below, at or above zero
 */
export function compare(a: unknown, b: unknown): number {
  const rank = rankOf(a)
  return rank - rankOf(b) || compareSameRank(rank, a, b)
}

/** Documents are equal only with the same fields in the same order, as in MongoDB. */
export function equal(a: unknown, b: unknown): boolean {
  return compare(a, b) === 0
}

function compareSameRank(rank: number, a: unknown, b: unknown): number {
  switch (rank) {
    case RANK.number:
      return compareNumbers(a, b)
    case RANK.string:
      return a === b ? 0 : Buffer.compare(Buffer.from(a as string), Buffer.from(b as string))
    case RANK.object:
      return compareDocs(a as Doc, b as Doc)
    case RANK.array:
      return compareArrays(a as unknown[], b as unknown[])
    case RANK.binary:
      return compareBinaries(a as Binary, b as Binary)
    case RANK.objectId:
      return Buffer.compare((a as ObjectId).id, (b as ObjectId).id)
    case RANK.boolean:
      return Number(a) - Number(b)
    case RANK.date:
      return Number(a) - Number(b)
    case RANK.timestamp:
      return (a as Timestamp).compare(b as Timestamp)
    case RANK.regex:
      return compareRegexes(a as BSONRegExp, b as BSONRegExp)
    default:
      return 0
  }
}

function compareDocs(a: Doc, b: Doc): number {
  const left = Object.entries(a)
  const right = Object.entries(b)
  for (let i = 0; i < left.length && i < right.length; i++) {
    const [leftName, leftValue] = left[i]!
    const [rightName, rightValue] = right[i]!
    const rank = rankOf(leftValue)
    const order =
      rank - rankOf(rightValue) ||
      Buffer.compare(Buffer.from(leftName), Buffer.from(rightName)) ||
      compareSameRank(rank, leftValue, rightValue)
    if (order) return order
  }
  return left.length - right.length
}

function compareArrays(a: unknown[], b: unknown[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const order = compare(a[i], b[i])
    if (order) return order
  }
  return a.length - b.length
}

function compareBinaries(a: Binary, b: Binary): number {
  return a.length() - b.length() || a.sub_type - b.sub_type || Buffer.compare(a.value(), b.value())
}

function compareRegexes(a: BSONRegExp, b: BSONRegExp): number {
  return (
    Buffer.compare(Buffer.from(a.pattern), Buffer.from(b.pattern)) ||
    Buffer.compare(Buffer.from(a.options), Buffer.from(b.options))
  )
}

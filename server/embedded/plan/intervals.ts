import { isDoc } from '../bson/document'
import { compare } from '../bson/compare'
import { isNaNNumber, isNumber } from '../bson/numbers'
import { RANK, rankOf } from '../bson/types'
import { KeyWriter } from '../index/keyWriter'
import { parseOperators, type Predicate } from '../query/filter'
import { after } from '../store/layout'

/** Encoded values of one index field, from `low` to just before `high`, in ascending order. */
export interface Interval {
  readonly low: Buffer
  readonly high: Buffer
  /** The encoded value, when the interval holds no other. */
  readonly point?: Buffer
  /** Whether the interval says all the predicate says, so that the document need not be tested again. */
  readonly exact: boolean
}

const writer = new KeyWriter()
/** Types whose values no stretch of keys holds. */
const INEXPRESSIBLE = new Set<number>([RANK.null, RANK.object, RANK.minKey, RANK.maxKey])
/** Where numbers begin: behind the one that compares with nothing. */
const FIRST_NUMBER = after(encodeValue(NaN))

/**
 * The intervals of an index field that hold a key of every document the predicate matches, sorted and apart.
 * @returns undefined when the predicate cannot narrow the field
 */
export function intervalsOf(predicate: Predicate): Interval[] | undefined {
  const { operator, operand } = predicate
  switch (operator) {
    case '$eq':
      return isPoint(operand) ? [point(operand)] : undefined
    case '$in':
      return points(operand)
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return range(operator, operand)
    case '$elemMatch':
      return elementRange(operand)
    default:
      return undefined
  }
}

/** What lies in both; only for predicates that must hold of the same value. */
export function intersect(a: Interval, b: Interval): Interval {
  const low = Buffer.compare(a.low, b.low) > 0 ? a.low : b.low
  const high = Buffer.compare(a.high, b.high) < 0 ? a.high : b.high
  return { low, high, point: a.point ?? b.point, exact: a.exact && b.exact }
}

/** The same interval in a descending field, where every byte is inverted. */
export function invert(interval: Interval): Interval {
  const { low, high, point, exact } = interval
  return { low: after(inverted(high)), high: after(inverted(low)), point: point && inverted(point), exact }
}

function inverted(bytes: Buffer): Buffer {
  return Buffer.from(bytes.map((byte) => ~byte & 0xff))
}

function encodeValue(value: unknown): Buffer {
  return writer.reset().write(value).take()
}

/** Values whose equality is one point of the index; arrays are not, since it is their elements that are indexed. */
function isPoint(value: unknown): boolean {
  return !Array.isArray(value)
}

function point(value: unknown): Interval {
  // Null also stands for missing, which within arrays is not quite the same.
  return new Point(encodeValue(value), value !== null && value !== undefined)
}

/** One value; its end is asked for seldom. */
class Point implements Interval {
  readonly low: Buffer
  readonly point: Buffer
  readonly exact: boolean

  constructor(bytes: Buffer, exact: boolean) {
    this.low = this.point = bytes
    this.exact = exact
  }

  get high(): Buffer {
    return after(this.low)
  }
}

function points(operand: unknown): Interval[] | undefined {
  if (!Array.isArray(operand) || !operand.every(isPoint)) return undefined
  const sorted = [...operand].sort(compare)
  return sorted.filter((value, i) => i === 0 || compare(value, sorted[i - 1]) !== 0).map(point)
}

/** Comparisons stay within the operand's type; NaN compares with nothing. */
function range(operator: string, operand: unknown): Interval[] | undefined {
  const rank = rankOf(operand)
  if (!isPoint(operand) || isNaNNumber(operand) || INEXPRESSIBLE.has(rank)) return undefined
  const bytes = encodeValue(operand)
  if (operator === '$gt' || operator === '$gte')
    return [{ low: operator === '$gt' ? after(bytes) : bytes, high: Buffer.from([rank + 1]), exact: true }]
  const low = isNumber(operand) ? FIRST_NUMBER : Buffer.from([rank])
  return [{ low, high: operator === '$lt' ? bytes : after(bytes), exact: true }]
}

/** `$elemMatch` on values: its conditions hold of one element, so their intervals may be cut with each other. */
function elementRange(operand: unknown): Interval[] | undefined {
  if (!isDoc(operand) || !Object.keys(operand).every((name) => /^\$(eq|gte?|lte?)$/.test(name))) return undefined
  let all: Interval | undefined
  for (const condition of parseOperators(operand)) {
    const found = intervalsOf({ path: '', ...condition })?.[0]
    if (found) all = all ? intersect(all, found) : found
  }
  return all && [{ ...all, exact: false }]
}

import { isDoc } from '../bson/document'
import { compare } from '../bson/compare'
import { isNaNNumber, isNumber } from '../bson/numbers'
import { RANK, rankOf } from '../bson/types'
import { KeyWriter } from '../index/keyWriter'
import { parseOperators, type Predicate } from '../query/filter'
import { after } from '../store/layout'

/** A range of encoded values of one ascending index field, from `low` to just before `high`. */
export interface Interval {
  readonly low: Buffer
  readonly high: Buffer
  /** The encoded value, if the interval contains only one. */
  readonly point?: Buffer
  /** Whether the interval contains matches only, so the document need not be tested again. */
  readonly exact: boolean
}

const writer = new KeyWriter()
/** Types whose values form no range of keys. */
const INEXPRESSIBLE = new Set<number>([RANK.null, RANK.object, RANK.minKey, RANK.maxKey])
/** The key of the first number: just after NaN, which compares with nothing. */
const FIRST_NUMBER = after(encodeValue(NaN))

/**
 * The intervals of an index field that contain a key of every match of a predicate. They are sorted and do not overlap.
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

/** What both intervals contain; only for predicates that must match the same value. */
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

/** Whether a value is one point of the index. An array is not, because the index contains its elements. */
function isPoint(value: unknown): boolean {
  return !Array.isArray(value)
}

function point(value: unknown): Interval {
  // The key of null is also the key of a missing field, and for fields of array elements the two differ.
  return new Point(encodeValue(value), value !== null && value !== undefined)
}

/** The interval of one value. Its end is computed only when it is needed, which is rare. */
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

/** A comparison matches values of the operand's type only. NaN compares with nothing. */
function range(operator: string, operand: unknown): Interval[] | undefined {
  const rank = rankOf(operand)
  if (!isPoint(operand) || isNaNNumber(operand) || INEXPRESSIBLE.has(rank)) return undefined
  const bytes = encodeValue(operand)
  if (operator === '$gt' || operator === '$gte')
    return [{ low: operator === '$gt' ? after(bytes) : bytes, high: Buffer.from([rank + 1]), exact: true }]
  const low = isNumber(operand) ? FIRST_NUMBER : Buffer.from([rank])
  return [{ low, high: operator === '$lt' ? bytes : after(bytes), exact: true }]
}

/**
 * `$elemMatch` on values: one element meets all conditions, so their intervals can be intersected. They are exact where
 * all values are arrays; a value that is no array has keys too, and does not match.
 */
function elementRange(operand: unknown): Interval[] | undefined {
  if (!isDoc(operand) || !Object.keys(operand).every((name) => /^\$(eq|gte?|lte?)$/.test(name))) return undefined
  let all: Interval | undefined
  let exact = true
  for (const condition of parseOperators(operand)) {
    const found = intervalsOf({ path: '', ...condition })?.[0]
    if (found) all = all ? intersect(all, found) : found
    else exact = false
  }
  return all && [{ ...all, exact: exact && all.exact }]
}

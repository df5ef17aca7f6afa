import type { Filter, Predicate } from '../query/filter'
import type { SortField } from '../query/sort'
import type { Index, IndexField } from '../index/definition'
import { cutTuple, EXACT_TUPLE_BYTES } from '../index/tuples'
import { after, entryPrefix, type KeyRange } from '../store/layout'
import { intersect, intervalsOf, invert, type Interval } from './intervals'

/** A range of keys to read: of an index or, without one, of the documents. */
export interface Step {
  readonly range: KeyRange
  readonly index?: Index
  /** Whether `range.low` is the only possible key in the range. */
  readonly isKey?: boolean
}

/** One way to use an index for a filter and a sort. */
export interface Candidate {
  readonly index: Index
  readonly steps: readonly Step[]
  /** How many leading fields of the index the filter narrows. */
  readonly bounded: number
  /** Whether each step holds one key at most. */
  readonly unique: boolean
  readonly covered: boolean
  readonly sorted: 'forward' | 'reverse' | undefined
  readonly dedupe: boolean
}

interface Narrowed {
  intervals: Interval[]
  used: Predicate[]
}

/** A plan with more point combinations than this is cheaper as one range. */
const MAX_STEPS = 5000

/** Finds the ranges of an index that a filter needs, in index order, and whether they are in the order of the sort. */
export function candidateOf(index: Index, filter: Filter, sort: readonly SortField[]): Candidate {
  let points: Buffer[] = [Buffer.alloc(0)]
  let ranges: { low: Buffer; high?: Buffer }[] | undefined
  const used = new Set<Predicate>()
  const single: IndexField[] = []
  /** Fields with one value, whatever those before them have. */
  const once: IndexField[] = []
  let exact = !index.truncated
  let bounded = 0
  for (const field of index.fields) {
    const found = narrow(field, filter, bounded > 0 && field.multikey ? index.fields.slice(0, bounded) : [])
    if (!found || (bounded > 0 && points.length * found.intervals.length > MAX_STEPS)) break
    const intervals = field.descending ? found.intervals.map(invert).reverse() : found.intervals
    bounded++
    for (const predicate of found.used) used.add(predicate)
    exact &&= intervals.every((interval) => interval.exact)
    if (intervals.every(({ point }) => point)) {
      points = points.flatMap((start) => intervals.map(({ point }) => Buffer.concat([start, point!])))
      if (intervals.length === 1) once.push(field)
      if (intervals.length === 1 && single.length === bounded - 1) single.push(field)
    } else {
      ranges = points.flatMap((start) => intervals.map((interval) => between(start, interval)))
      break
    }
  }
  const complete = !ranges && bounded === index.fields.length
  const prefix = entryPrefix(index.id)
  ranges ??= points.map((bytes) => ({ low: complete ? cutTuple(bytes) : bytes.subarray(0, EXACT_TUPLE_BYTES) }))
  const unique = complete && index.unique
  return {
    index,
    bounded,
    unique,
    steps: ranges.map((range) => {
      const low = Buffer.concat([prefix, range.low])
      return {
        index,
        isKey: unique,
        range: { low, high: range.high ? Buffer.concat([prefix, range.high]) : after(low) },
      }
    }),
    covered:
      exact &&
      !filter.hasMore &&
      filter.ors.length === 0 &&
      filter.predicates.every((predicate) => used.has(predicate)),
    sorted: index.truncated ? undefined : orderOf(index, single, sort),
    dedupe: index.truncated || index.fields.some((field) => field.multikey && !once.includes(field)),
  }
}

/** The intervals of one field, and the predicates that they answer. */
function narrow(field: IndexField, filter: Filter, before: readonly IndexField[]): Narrowed | undefined {
  // Different elements of one array can meet two conditions on its parts. No single key shows that.
  if (field.multikey && before.some((other) => other.multikey && other.parts[0] === field.parts[0])) return undefined
  let point: Narrowed | undefined
  const found: Narrowed[] = []
  for (const predicate of filter.predicates) {
    if (predicate.path !== field.path) continue
    const all = intervalsOf(predicate)
    if (!all) continue
    const isArray = predicate.operator !== '$elemMatch' || !field.scalar
    const intervals = isArray ? all : all.map((interval) => ({ ...interval, exact: false }))
    const narrowed = { intervals, used: [predicate] }
    found.push(narrowed)
    const isPoints = intervals.every((interval) => interval.point)
    if (isPoints && (!point || intervals.length < point.intervals.length)) point = narrowed
  }
  if (point || found.length < 2) return point ?? found[0]
  // Different elements of an array can meet different bounds, so only one bound can narrow the range.
  if (field.multikey) return found.find(({ used }) => used[0]!.operator === '$elemMatch') ?? found[0]
  const both = found.map(({ intervals }) => intervals[0]!).reduce(intersect)
  return { intervals: Buffer.compare(both.low, both.high) < 0 ? [both] : [], used: found.flatMap(({ used }) => used) }
}

function between(start: Buffer, { low, high }: Interval): { low: Buffer; high: Buffer } {
  const end = Buffer.concat([start, high])
  return {
    low: Buffer.concat([start, low]).subarray(0, EXACT_TUPLE_BYTES),
    high: end.length > EXACT_TUPLE_BYTES ? after(end.subarray(0, EXACT_TUPLE_BYTES)) : end,
  }
}

/** In which direction the ranges give the order of the sort, if they do. Fields with only one value are ignored. */
function orderOf(
  index: Index,
  single: readonly IndexField[],
  sort: readonly SortField[],
): 'forward' | 'reverse' | undefined {
  let position = 0
  let reverse: boolean | undefined
  for (const wanted of sort) {
    if (single.some((field) => field.path === wanted.path && !field.multikey)) continue
    while (position < single.length && index.fields[position]!.path !== wanted.path) position++
    const field = index.fields[position++]
    if (!field || field.path !== wanted.path || field.multikey) return undefined
    const backwards = field.descending !== wanted.descending
    if (reverse !== undefined && reverse !== backwards) return undefined
    reverse = backwards
  }
  return reverse ? 'reverse' : 'forward'
}

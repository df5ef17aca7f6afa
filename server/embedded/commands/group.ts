import { Int32 } from 'bson'
import { isDoc, type Doc } from '../bson/document'
import { addNumbers, isNumber } from '../bson/numbers'
import { badValue, unsupported } from '../errors'
import { KeyWriter } from '../index/keyWriter'
import { plainValue } from '../query/paths'

/** A `$group` while it runs. */
export interface Group {
  /** Whether it needs the number of documents only. */
  readonly countsOnly: boolean
  add(doc: Doc): void
  /** Adds n documents at once; only if `countsOnly`. */
  addMany(n: number): void
  rows(): Doc[]
}

/**
 * Parses a `$group` by a constant or one field, with `$sum` of a number or of one field.
 * @throws CommandError for other expressions and accumulators
 */
export function parseGroup(spec: unknown): Group {
  if (!isDoc(spec) || !Object.hasOwn(spec, '_id')) throw badValue('a group specification must include an _id')
  const keyOf = expression(spec._id)
  const sums = Object.entries(spec)
    .filter(([name]) => name !== '_id')
    .map(([name, accumulator]) => {
      const operator = isDoc(accumulator) ? Object.keys(accumulator)[0] : undefined
      if (operator !== '$sum') throw unsupported(`the accumulator ${String(operator ?? name)}`)
      return { name, valueOf: expression((accumulator as Doc).$sum) }
    })
  const groups = new Map<string, { _id: unknown; totals: unknown[] }>()
  const writer = new KeyWriter()

  function totalsOf(key: unknown): unknown[] {
    const id = writer.reset().write(key).take().toString('latin1')
    let group = groups.get(id)
    if (!group) groups.set(id, (group = { _id: key ?? null, totals: sums.map(() => new Int32(0)) }))
    return group.totals
  }

  return {
    countsOnly: keyOf.constant && sums.every(({ valueOf }) => valueOf.constant && valueOf.of({}) instanceof Int32),
    add(doc) {
      const totals = totalsOf(keyOf.of(doc))
      sums.forEach(({ valueOf }, i) => {
        const value = valueOf.of(doc)
        if (isNumber(value)) totals[i] = addNumbers(totals[i], value)
      })
    },
    addMany(n) {
      const totals = totalsOf(keyOf.of({}))
      sums.forEach(({ valueOf }, i) => {
        totals[i] = n * (valueOf.of({}) as Int32).value
      })
    },
    rows: () =>
      [...groups.values()].map(({ _id, totals }) => ({
        _id,
        ...Object.fromEntries(sums.map(({ name }, i) => [name, totals[i]])),
      })),
  }
}

interface Expression {
  constant: boolean
  of(doc: Doc): unknown
}

function expression(value: unknown): Expression {
  if (typeof value === 'string' && value.startsWith('$')) {
    if (value.startsWith('$$')) throw unsupported(`the aggregation variable ${value}`)
    return { constant: false, of: (doc) => plainValue(doc, value.slice(1)) }
  }
  if (isDoc(value) || Array.isArray(value))
    throw unsupported('aggregation expressions other than a field path or a constant')
  return { constant: true, of: () => value }
}

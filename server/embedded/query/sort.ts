import { isDoc, type Doc } from '../bson/document'
import { compare } from '../bson/compare'
import { EMPTY_ARRAY, KeyWriter } from '../index/keyWriter'
import { badValue, unsupported } from '../errors'
import { somePathValue } from './paths'

export interface SortField {
  readonly path: string
  readonly parts: readonly string[]
  readonly descending: boolean
}

/**
 * Reads a sort specification.
 * @throws CommandError for `$natural`, and for directions other than 1 and -1, such as `$meta`
 */
export function parseSort(sort: unknown): SortField[] {
  if (sort === undefined || sort === null) return []
  if (!isDoc(sort)) throw badValue('sort must be a document')
  return Object.entries(sort).map(([path, direction]) => {
    const number = Number(direction)
    if (path.startsWith('$')) throw unsupported(`the sort by ${path}`)
    if (isDoc(direction)) throw unsupported(`the sort expression on ${path}`)
    if (number !== 1 && number !== -1)
      throw badValue('$sort key ordering must be 1 (for ascending) or -1 (for descending)')
    return { path, parts: path.split('.'), descending: number < 0 }
  })
}

const writer = new KeyWriter()

/**
 * Encodes what a sort compares as bytes whose memcmp order is the order of the sort. An array counts as its smallest
 * element, in a descending field as its largest.
 */
export function sortKey(doc: Doc, fields: readonly SortField[]): Buffer {
  writer.reset()
  for (const field of fields) writer.write(sortValue(doc, field), field.descending)
  return writer.take()
}

function sortValue(doc: Doc, field: SortField): unknown {
  let found: unknown
  let any = false
  const consider = (value: unknown): void => {
    const order = any ? compareWithEmpty(value, found) : 0
    if (!any || (field.descending ? order > 0 : order < 0)) found = value
    any = true
  }
  somePathValue(doc, field.parts, (value) => {
    if (Array.isArray(value)) (value.length ? value : [EMPTY_ARRAY]).forEach(consider)
    else consider(value)
    return false
  })
  return found
}

/** Compares values of which one may be an empty array, which sorts before every element. */
function compareWithEmpty(a: unknown, b: unknown): number {
  if (a === EMPTY_ARRAY || b === EMPTY_ARRAY) return Number(b === EMPTY_ARRAY) - Number(a === EMPTY_ARRAY)
  return compare(a, b)
}

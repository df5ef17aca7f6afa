import { decode, encode, isDoc, toBoolean, toInteger, type Doc } from '../bson/document'
import { equal } from '../bson/compare'
import { CommandError, badValue, unsupported } from '../errors'
import { parseFilter, type Filter } from '../query/filter'

export interface IndexField {
  readonly path: string
  readonly parts: readonly string[]
  readonly descending: boolean
  /** Whether a document ever had an array at this path. As in MongoDB, it never becomes false again. */
  multikey: boolean
  /** Whether a document ever had a value at this path that is no array. */
  scalar: boolean
}

export interface Index {
  readonly id: number
  readonly name: string
  readonly key: Doc
  readonly fields: readonly IndexField[]
  readonly unique: boolean
  readonly partialFilter?: Doc
  /** The parsed filter of a partial index. */
  readonly partial?: Filter
  readonly expireAfterSeconds?: number
  /** Whether a key was too long and was cut. Then the order and the bounds of this index are only approximate. */
  truncated: boolean
  /** Whether `multikey`, `scalar` or `truncated` has changed since the catalog was written. */
  changed: boolean
}

const HARMLESS = new Set([
  'v',
  'ns',
  'background',
  'key',
  'name',
  'unique',
  'partialFilterExpression',
  'expireAfterSeconds',
])

/**
 * Reads an index specification of `createIndexes`.
 * @param spec the specification, for example `{ key: { email: 1 }, name: 'email_1', unique: true }`
 * @param id the number that this index gets in the store
 * @throws CommandError for a kind of index or an option that this store does not have
 */
export function parseIndex(spec: Doc, id: number): Index {
  for (const [option, value] of Object.entries(spec)) {
    if (HARMLESS.has(option) || ((option === 'hidden' || option === 'sparse') && !toBoolean(value))) continue
    throw unsupported(`the index option ${option}`)
  }
  if (!isDoc(spec.key) || typeof spec.name !== 'string' || !spec.name) throw badValue('An index needs a key and a name')
  const fields = Object.entries(spec.key).map(([path, direction]) => parseField(path, direction))
  if (fields.length === 0) throw badValue('An index key needs at least one field')
  const partialFilter = isDoc(spec.partialFilterExpression) ? spec.partialFilterExpression : undefined
  const expires =
    spec.expireAfterSeconds === undefined ? undefined : toInteger(spec.expireAfterSeconds, 'expireAfterSeconds')
  if (expires !== undefined && fields.length > 1)
    throw new CommandError(67, 'CannotCreateIndex', 'TTL indexes are single-field indexes')
  return {
    id,
    name: spec.name,
    key: spec.key,
    fields,
    partialFilter,
    truncated: false,
    changed: false,
    unique: spec.name === '_id_' || (spec.unique !== undefined && toBoolean(spec.unique)),
    partial: partialFilter && parsePartial(partialFilter),
    expireAfterSeconds: expires,
  }
}

/** Parses the filter of a partial index. It accepts only conditions for which it is easy to tell what a filter excludes. */
function parsePartial(partialFilter: Doc): Filter {
  const filter = parseFilter(partialFilter)
  const { predicates, ors, hasMore } = filter
  const odd = predicates.find(({ operator }) => !['$eq', '$exists', '$type'].includes(operator))
  if (odd || hasMore || ors.length > 0)
    throw unsupported(`${odd?.operator ?? 'a negation or $or'} in the filter of a partial index`)
  return filter
}

function parseField(path: string, direction: unknown): IndexField {
  const number = typeof direction === 'string' ? NaN : Number(direction)
  if (Number.isNaN(number)) throw unsupported(`an index of type ${String(direction)} on ${path}`)
  const parts = path.split('.')
  if (path.includes('$**') || parts.some((part) => /^\d+$/.test(part)))
    throw unsupported(`an index on the path ${path}`)
  if (number === 0 || parts.includes(''))
    throw new CommandError(67, 'CannotCreateIndex', `The index key ${path} is not valid`)
  return { path, parts, descending: number < 0, multikey: false, scalar: false }
}

/** The answer of `listIndexes` for an index. */
export function describeIndex(index: Index): Doc {
  return {
    v: 2,
    key: index.key,
    name: index.name,
    ...(index.unique && index.name !== '_id_' ? { unique: true } : {}),
    ...(index.partialFilter ? { partialFilterExpression: index.partialFilter } : {}),
    ...(index.expireAfterSeconds === undefined ? {} : { expireAfterSeconds: index.expireAfterSeconds }),
  }
}

/**
 * Whether a wanted index is the same as an existing one.
 * @throws CommandError 85 or 86 if they have the same name or key and differ otherwise
 */
export function sameIndex(existing: Index, wanted: Index): boolean {
  const sameKey = equal(asStored(existing.key), asStored(wanted.key))
  if (!sameKey && existing.name !== wanted.name) return false
  if (!sameKey) {
    throw new CommandError(
      86,
      'IndexKeySpecsConflict',
      `An existing index has the same name as the requested index but another key: ${wanted.name}`,
    )
  }
  if (existing.name === wanted.name && equal(asStored(describeIndex(existing)), asStored(describeIndex(wanted))))
    return true
  throw new CommandError(
    85,
    'IndexOptionsConflict',
    `An equivalent index already exists with a different name or options: ${existing.name}`,
  )
}

/** Encodes and decodes a specification, so that plain numbers and BSON numbers in it become equal. */
function asStored(doc: Doc): Doc {
  return decode(encode(doc))
}

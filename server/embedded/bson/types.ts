import { Binary, BSONValue } from 'bson'
import { unsupported } from '../errors'

/** The ranks of the types in MongoDB's sort order. A rank is also the first byte of an encoded key. */
export const RANK = {
  minKey: 1,
  emptyArray: 4,
  null: 5,
  number: 10,
  string: 15,
  object: 20,
  array: 25,
  binary: 30,
  objectId: 35,
  boolean: 40,
  date: 45,
  timestamp: 47,
  regex: 50,
  maxKey: 127,
} as const

const RANK_OF_BSON: Record<string, number> = {
  MinKey: RANK.minKey,
  Int32: RANK.number,
  Double: RANK.number,
  Long: RANK.number,
  Decimal128: RANK.number,
  Binary: RANK.binary,
  ObjectId: RANK.objectId,
  Timestamp: RANK.timestamp,
  BSONRegExp: RANK.regex,
  MaxKey: RANK.maxKey,
}

/**
 * The rank of a value's type in the sort order. A missing value counts as null.
 * @throws CommandError for types this store cannot order (code, symbol, DBRef)
 */
export function rankOf(value: unknown): number {
  if (value === undefined || value === null) return RANK.null
  if (typeof value === 'string') return RANK.string
  if (typeof value === 'number') return RANK.number
  if (typeof value === 'boolean') return RANK.boolean
  if (Array.isArray(value)) return RANK.array
  if (value instanceof Date) return RANK.date
  if (value instanceof BSONValue) {
    const rank = value instanceof Binary ? RANK.binary : RANK_OF_BSON[value._bsontype]
    if (rank === undefined) throw unsupported(`comparing values of type ${value._bsontype}`)
    return rank
  }
  return RANK.object
}

const TYPE_NAMES: Record<string, string> = {
  Double: 'double',
  Binary: 'binData',
  ObjectId: 'objectId',
  BSONRegExp: 'regex',
  Code: 'javascript',
  BSONSymbol: 'symbol',
  Int32: 'int',
  Timestamp: 'timestamp',
  Long: 'long',
  Decimal128: 'decimal',
  MinKey: 'minKey',
  MaxKey: 'maxKey',
}
const OTHER_TYPE_NAMES = ['null', 'string', 'double', 'bool', 'array', 'date', 'object']

/** Whether `$type` accepts this name. */
export function isTypeName(name: unknown): boolean {
  return [...OTHER_TYPE_NAMES, ...Object.values(TYPE_NAMES)].some((known) => known === name)
}

/** The name of a value's type, as `$type` spells it. The value must exist. */
export function typeName(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return 'string'
  if (typeof value === 'number') return 'double'
  if (typeof value === 'boolean') return 'bool'
  if (Array.isArray(value)) return 'array'
  if (value instanceof Date) return 'date'
  if (value instanceof Binary) return 'binData'
  return value instanceof BSONValue ? (TYPE_NAMES[value._bsontype] ?? 'object') : 'object'
}

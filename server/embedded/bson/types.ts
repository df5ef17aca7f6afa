import { Binary, BSONValue } from 'bson'
import { badValue, unsupported } from '../errors'

/** Positions of the types in MongoDB's sort order; they are also the first byte of an encoded key. */
export const RANK = {
  minKey: 1, emptyArray: 4, null: 5, number: 10, string: 15, object: 20, array: 25, binary: 30,
  objectId: 35, boolean: 40, date: 45, timestamp: 47, regex: 50, maxKey: 127,
} as const

const RANK_OF_BSON: Record<string, number> = {
  MinKey: RANK.minKey, Int32: RANK.number, Double: RANK.number, Long: RANK.number, Decimal128: RANK.number,
  Binary: RANK.binary, ObjectId: RANK.objectId, Timestamp: RANK.timestamp, BSONRegExp: RANK.regex, MaxKey: RANK.maxKey,
}

/**
 * Where a value's type stands in the sort order; a missing value counts as null.
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

const TYPE_NUMBERS: Record<string, number> = {
  double: 1, string: 2, object: 3, array: 4, binData: 5, undefined: 6, objectId: 7, bool: 8, date: 9, null: 10, regex: 11,
  dbPointer: 12, javascript: 13, symbol: 14, javascriptWithScope: 15, int: 16, timestamp: 17, long: 18, decimal: 19, minKey: -1, maxKey: 127,
}
const NUMBER_OF_BSON: Record<string, number> = {
  Double: 1, Binary: 5, ObjectId: 7, BSONRegExp: 11, Code: 13, BSONSymbol: 14, Int32: 16, Timestamp: 17, Long: 18, Decimal128: 19, MinKey: -1, MaxKey: 127,
}

/** The BSON type number `$type` compares with. */
export function typeNumber(value: unknown): number {
  if (value === null) return 10
  if (typeof value === 'string') return 2
  if (typeof value === 'number') return 1
  if (typeof value === 'boolean') return 8
  if (Array.isArray(value)) return 4
  if (value instanceof Date) return 9
  if (value instanceof BSONValue) return value instanceof Binary ? 5 : NUMBER_OF_BSON[value._bsontype] ?? 3
  return value === undefined ? 6 : 3
}

/** Resolves the operand of `$type` (a name, a number, 'number') to type numbers. */
export function typeNumbers(operand: unknown): number[] {
  if (Array.isArray(operand)) return operand.flatMap(typeNumbers)
  if (operand === 'number') return [1, 16, 18, 19]
  const number = typeof operand === 'string' ? TYPE_NUMBERS[operand] : Number(operand)
  if (number === undefined || !Object.values(TYPE_NUMBERS).includes(number)) throw badValue(`Unknown type name alias: ${String(operand)}`)
  return [number]
}

import { Double, Int32, Long } from 'bson'
import { CommandError, unsupported } from '../errors'

const MIN_LONG = -(2n ** 63n)
const MAX_LONG = 2n ** 63n - 1n

/** A number as its nearest double and the rest that the double cannot express. Together they order int64 and double exactly. */
export interface SplitNumber {
  double: number
  rest: number
}

/** @throws CommandError for Decimal128, which needs its own arithmetic */
export function splitNumber(value: unknown): SplitNumber {
  if (typeof value === 'number') return { double: value, rest: 0 }
  if (value instanceof Int32 || value instanceof Double) return { double: value.value, rest: 0 }
  if (value instanceof Long) {
    const double = value.toNumber()
    return { double, rest: Number.isSafeInteger(double) ? 0 : Number(value.toBigInt() - BigInt(double)) }
  }
  throw unsupported('comparing or indexing Decimal128')
}

/** NaN sorts before every number and equals itself. */
export function compareNumbers(a: unknown, b: unknown): number {
  const left = splitNumber(a)
  const right = splitNumber(b)
  if (Number.isNaN(left.double) || Number.isNaN(right.double))
    return Number(Number.isNaN(right.double)) - Number(Number.isNaN(left.double))
  return left.double - right.double || left.rest - right.rest || 0
}

export function isNumber(value: unknown): boolean {
  return (
    typeof value === 'number' ||
    value instanceof Int32 ||
    value instanceof Double ||
    (value instanceof Long && value._bsontype === 'Long')
  )
}

export function isNaNNumber(value: unknown): boolean {
  return isNumber(value) && Number.isNaN(splitNumber(value).double)
}

/**
 * Adds as `$inc` does: int32 grows to int64 when it overflows, and a double stays a double.
 * @throws CommandError when an int64 overflows
 */
export function addNumbers(a: unknown, b: unknown): Int32 | Long | Double {
  if (a instanceof Int32 && b instanceof Int32) {
    const sum = a.value + b.value
    return sum === (sum | 0) ? new Int32(sum) : Long.fromNumber(sum)
  }
  if (isWhole(a) && isWhole(b)) {
    const sum = toBigInt(a) + toBigInt(b)
    if (sum < MIN_LONG || sum > MAX_LONG)
      throw new CommandError(2, 'BadValue', 'Failed to apply $inc: the result overflows a 64-bit integer')
    return Long.fromBigInt(sum)
  }
  return new Double(splitNumber(a).double + splitNumber(b).double)
}

function isWhole(value: unknown): value is Int32 | Long {
  return value instanceof Int32 || value instanceof Long
}

function toBigInt(value: Int32 | Long): bigint {
  return value instanceof Int32 ? BigInt(value.value) : value.toBigInt()
}

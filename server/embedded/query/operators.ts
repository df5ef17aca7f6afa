import { BSONRegExp } from 'bson'
import { toBoolean } from '../bson/document'
import { compare, equal } from '../bson/compare'
import { isNaNNumber } from '../bson/numbers'
import { isTypeName, rankOf, typeName } from '../bson/types'
import { badValue, unsupported } from '../errors'

/** Tests the value at the end of a path. `undefined` means that it is missing. */
export type LeafTest = (value: unknown) => boolean

/** How a test is applied to a value that may be an array. */
export type Spread = (test: LeafTest) => LeafTest

/** At the end of a path, an array passes a test if the whole array or one of its elements passes. */
export const wholeOrElement: Spread = (test) => (value) => test(value) || (Array.isArray(value) && value.some(test))

/** An array inside an array is one value. */
export const wholeOnly: Spread = (test) => test

/**
 * Makes the test of one operator.
 * @param spread how arrays are tested
 * @throws CommandError for operators outside this store's scope
 */
export function operatorTest(operator: string, operand: unknown, spread: Spread): LeafTest {
  switch (operator) {
    case '$eq':
      return spread((value) => equal(value, operand))
    case '$gt':
      return ordered(operand, (order) => order > 0, spread)
    case '$gte':
      return ordered(operand, (order) => order >= 0, spread)
    case '$lt':
      return ordered(operand, (order) => order < 0, spread)
    case '$lte':
      return ordered(operand, (order) => order <= 0, spread)
    case '$in':
      return within(operand, spread)
    case '$exists':
      return present(operand)
    case '$type':
      return ofType(operand, spread)
    default:
      throw unsupported(`the query operator ${operator}`)
  }
}

/** Refuses a regular expression that is meant as a pattern. */
export function refusePattern(value: unknown): void {
  if (value instanceof BSONRegExp) throw unsupported('a regular expression in a query')
}

function ordered(operand: unknown, accepts: (order: number) => boolean, spread: Spread): LeafTest {
  const rank = rankOf(operand)
  if (isNaNNumber(operand)) return spread((value) => isNaNNumber(value) && accepts(0))
  return spread((value) => rankOf(value) === rank && !isNaNNumber(value) && accepts(compare(value, operand)))
}

function within(operand: unknown, spread: Spread): LeafTest {
  if (!Array.isArray(operand)) throw badValue('$in needs an array')
  operand.forEach(refusePattern)
  const tests = operand.map((one) => spread((value) => equal(value, one)))
  return (value) => tests.some((test) => test(value))
}

function present(operand: unknown): LeafTest {
  if (!toBoolean(operand)) throw unsupported('the query operator $exists: false')
  return (value) => value !== undefined
}

function ofType(operand: unknown, spread: Spread): LeafTest {
  if (!isTypeName(operand)) throw unsupported('the query operator $type with anything but one name of a type')
  return spread((value) => value !== undefined && typeName(value) === operand)
}

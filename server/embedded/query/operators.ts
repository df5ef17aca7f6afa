import { BSONRegExp } from 'bson'
import { toBoolean, toInteger } from '../bson/document'
import { compare, equal } from '../bson/compare'
import { isNaNNumber } from '../bson/numbers'
import { rankOf, typeNumber, typeNumbers } from '../bson/types'
import { badValue, unsupported } from '../errors'
import { toRegExp } from './regex'

/** Tests the value a path ends at; `undefined` means that it is missing. */
export type LeafTest = (value: unknown) => boolean

/** How a test is put to a value that may be an array. */
export type Spread = (test: LeafTest) => LeafTest

/** At the end of a path a test holds for an array when it holds for the whole or for one of its elements. */
export const wholeOrElement: Spread = (test) => (value) => test(value) || (Array.isArray(value) && value.some(test))

/** For an element of an array, an array within it is one value. */
export const wholeOnly: Spread = (test) => test

/**
 * Makes the test of one operator.
 * @param options the `$options` beside a `$regex`
 * @param elementTest makes the test of an `$elemMatch`, which is a filter again
 * @param spread how arrays are tested
 * @throws CommandError for operators outside this store's scope
 */
export function operatorTest(operator: string, operand: unknown, options: unknown, elementTest: (operand: unknown) => LeafTest, spread: Spread): LeafTest {
  switch (operator) {
    case '$eq': return equals(operand, spread)
    case '$gt': return ordered(operand, (order) => order > 0, spread)
    case '$gte': return ordered(operand, (order) => order >= 0, spread)
    case '$lt': return ordered(operand, (order) => order < 0, spread)
    case '$lte': return ordered(operand, (order) => order <= 0, spread)
    case '$in': return within(operand, spread)
    case '$exists': return toBoolean(operand) ? (value) => value !== undefined : (value) => value === undefined
    case '$type': return ofType(operand, spread)
    case '$regex': return matching(operand, options, spread)
    case '$size': return sized(operand)
    case '$elemMatch': return elementTest(operand)
    default: throw unsupported(`the query operator ${operator}`)
  }
}

function equals(operand: unknown, spread: Spread): LeafTest {
  return spread((value) => equal(value, operand))
}

function ordered(operand: unknown, accepts: (order: number) => boolean, spread: Spread): LeafTest {
  const rank = rankOf(operand)
  if (isNaNNumber(operand)) return spread((value) => isNaNNumber(value) && accepts(0))
  return spread((value) => rankOf(value) === rank && !isNaNNumber(value) && accepts(compare(value, operand)))
}

function within(operand: unknown, spread: Spread): LeafTest {
  if (!Array.isArray(operand)) throw badValue('$in needs an array')
  const tests = operand.map((value) => value instanceof BSONRegExp ? matching(value, undefined, spread) : equals(value, spread))
  return (value) => tests.some((test) => test(value))
}

function ofType(operand: unknown, spread: Spread): LeafTest {
  const numbers = typeNumbers(operand)
  return spread((value) => value !== undefined && numbers.includes(typeNumber(value)))
}

function matching(operand: unknown, options: unknown, spread: Spread): LeafTest {
  const regex = toRegExp(operand, options)
  return spread((value) => (typeof value === 'string' && regex.test(value)) ||
    (value instanceof BSONRegExp && operand instanceof BSONRegExp && equal(value, operand)))
}

function sized(operand: unknown): LeafTest {
  const size = toInteger(operand, '$size')
  return (value) => Array.isArray(value) && value.length === size
}

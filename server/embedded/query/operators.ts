import { BSONRegExp } from 'bson'
import { isDoc, toBoolean, toInteger } from '../bson/document'
import { compare, equal } from '../bson/compare'
import { isNaNNumber } from '../bson/numbers'
import { rankOf, typeNumber, typeNumbers } from '../bson/types'
import { badValue, unsupported } from '../errors'
import { toRegExp } from './regex'

/** Tests the value a path ends at; `undefined` means that it is missing. */
export type LeafTest = (value: unknown) => boolean

/**
 * Makes the test of one operator.
 * @param options the `$options` beside a `$regex`
 * @param elementTest makes the test of an `$elemMatch`, which is a filter again
 * @throws CommandError for operators outside this store's scope
 */
export function operatorTest(operator: string, operand: unknown, options: unknown, elementTest: (operand: unknown) => LeafTest): LeafTest {
  switch (operator) {
    case '$eq': return equals(operand)
    case '$gt': return ordered(operand, (order) => order > 0)
    case '$gte': return ordered(operand, (order) => order >= 0)
    case '$lt': return ordered(operand, (order) => order < 0)
    case '$lte': return ordered(operand, (order) => order <= 0)
    case '$in': return within(operand)
    case '$exists': return toBoolean(operand) ? (value) => value !== undefined : (value) => value === undefined
    case '$type': return ofType(operand)
    case '$regex': return matching(operand, options)
    case '$size': return sized(operand)
    case '$all': return all(operand, elementTest)
    case '$elemMatch': return elementTest(operand)
    default: throw unsupported(`the query operator ${operator}`)
  }
}

/** A predicate holds for an array when it holds for the whole or for one of its elements. */
function wholeOrElement(test: LeafTest): LeafTest {
  return (value) => test(value) || (Array.isArray(value) && value.some(test))
}

function equals(operand: unknown): LeafTest {
  return wholeOrElement((value) => equal(value, operand))
}

function ordered(operand: unknown, accepts: (order: number) => boolean): LeafTest {
  const rank = rankOf(operand)
  if (isNaNNumber(operand)) return wholeOrElement((value) => isNaNNumber(value) && accepts(0))
  return wholeOrElement((value) => rankOf(value) === rank && !isNaNNumber(value) && accepts(compare(value, operand)))
}

function within(operand: unknown): LeafTest {
  if (!Array.isArray(operand)) throw badValue('$in needs an array')
  const tests = operand.map((value) => value instanceof BSONRegExp ? matching(value, undefined) : equals(value))
  return (value) => tests.some((test) => test(value))
}

function ofType(operand: unknown): LeafTest {
  const numbers = typeNumbers(operand)
  return wholeOrElement((value) => value !== undefined && numbers.includes(typeNumber(value)))
}

function matching(operand: unknown, options: unknown): LeafTest {
  const regex = toRegExp(operand, options)
  return wholeOrElement((value) => (typeof value === 'string' && regex.test(value)) ||
    (value instanceof BSONRegExp && operand instanceof BSONRegExp && equal(value, operand)))
}

function sized(operand: unknown): LeafTest {
  const size = toInteger(operand, '$size')
  return (value) => Array.isArray(value) && value.length === size
}

function all(operand: unknown, elementTest: (operand: unknown) => LeafTest): LeafTest {
  if (!Array.isArray(operand)) throw badValue('$all needs an array')
  const tests = operand.map((item) => {
    if (item instanceof BSONRegExp) return matching(item, undefined)
    return isDoc(item) && Object.hasOwn(item, '$elemMatch') ? elementTest(item.$elemMatch) : equals(item)
  })
  return (value) => tests.length > 0 && tests.every((test) => test(value))
}

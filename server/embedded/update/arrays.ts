import { BSONRegExp } from 'bson'
import { getField, isDoc, toInteger, type Doc } from '../bson/document'
import { compare, equal } from '../bson/compare'
import { CommandError, badValue, unsupported } from '../errors'
import { compileFilter, parseOperators } from '../query/filter'

/** `$push`, with `$each`, `$position` and `$slice`. @returns the new array */
export function push(current: unknown, operand: unknown, path: string): unknown[] {
  const array = arrayAt(current, path, '$push') ?? []
  const modifiers = isDoc(operand) && getField(operand, '$each') !== undefined ? operand : { $each: [operand] }
  for (const name of Object.keys(modifiers)) if (!['$each', '$position', '$slice'].includes(name)) throw unsupported(`the $push modifier ${name}`)
  const position = modifiers.$position === undefined ? array.length : toInteger(modifiers.$position, '$position')
  const result = [...array]
  result.splice(position, 0, ...eachOf(modifiers, '$push'))
  if (modifiers.$slice === undefined) return result
  const keep = toInteger(modifiers.$slice, '$slice')
  return keep < 0 ? result.slice(keep) : result.slice(0, keep)
}

/** `$addToSet`, with `$each`. @returns the new array, or the same one when nothing was missing */
export function addToSet(current: unknown, operand: unknown, path: string): unknown[] {
  const array = arrayAt(current, path, '$addToSet') ?? []
  const values = isDoc(operand) && getField(operand, '$each') !== undefined ? eachOf(operand, '$addToSet') : [operand]
  const result = [...array]
  for (const value of values) if (!result.some((element) => equal(element, value))) result.push(value)
  return result
}

/** `$pull`: a value, a filter on documents, or operators on values. @returns undefined where there is no array */
export function pull(current: unknown, operand: unknown, path: string): unknown[] | undefined {
  const matches = pullTest(operand)
  return arrayAt(current, path, '$pull')?.filter((element) => !matches(element))
}

function pullTest(operand: unknown): (element: unknown) => boolean {
  if (operand instanceof BSONRegExp) return pullTest({ $regex: operand })
  if (!isDoc(operand)) return (element) => equal(element, operand)
  if (Object.keys(operand)[0]?.startsWith('$')) {
    const conditions = parseOperators(operand)
    return (element) => conditions.every(({ test, negated }) => test(element) !== negated)
  }
  const test = compileFilter(operand)
  return (element) => isDoc(element) && test(element)
}

/** `$pullAll`: every element that equals one of the values. */
export function pullAll(current: unknown, operand: unknown, path: string): unknown[] | undefined {
  if (!Array.isArray(operand)) throw badValue('$pullAll requires an array argument')
  return arrayAt(current, path, '$pullAll')?.filter((element) => !operand.some((value) => compare(element, value) === 0))
}

/** `$pop`: 1 takes the last element, -1 the first. */
export function pop(current: unknown, operand: unknown, path: string): unknown[] | undefined {
  const end = toInteger(operand, '$pop')
  if (end !== 1 && end !== -1) throw badValue('$pop expects 1 or -1')
  if (current !== undefined && !Array.isArray(current)) throw new CommandError(14, 'TypeMismatch', `Path '${path}' contains an element of non-array type, in $pop`)
  const array = current
  return end === 1 ? array?.slice(0, -1) : array?.slice(1)
}

function eachOf(modifiers: Doc, operator: string): unknown[] {
  if (!Array.isArray(modifiers.$each)) throw badValue(`The argument to $each in ${operator} must be an array`)
  return modifiers.$each
}

function arrayAt(current: unknown, path: string, operator: string): unknown[] | undefined {
  if (current === undefined || Array.isArray(current)) return current
  throw new CommandError(2, 'BadValue', `The field '${path}' must be an array but is not, in ${operator}`)
}

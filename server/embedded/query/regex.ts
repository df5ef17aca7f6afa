import { BSONRegExp } from 'bson'
import { badValue, unsupported } from '../errors'

/**
 * Translates a MongoDB regular expression to JavaScript's.
 * @param operand a string or a BSON regular expression
 * @param options the value of `$options`, if given; it wins over the expression's own
 * @throws CommandError for options or syntax that JavaScript has not
 */
export function toRegExp(operand: unknown, options: unknown): RegExp {
  const pattern = operand instanceof BSONRegExp ? operand.pattern : operand
  const flags = options ?? (operand instanceof BSONRegExp ? operand.options : '')
  if (typeof pattern !== 'string' || typeof flags !== 'string') throw badValue('$regex has to be a string')
  const unknown = [...flags].find((flag) => !'imsu'.includes(flag))
  if (unknown) throw unsupported(`the regular expression option ${unknown}`)
  try {
    return new RegExp(pattern, [...new Set(flags.replace('u', ''))].join(''))
  } catch (error) {
    throw badValue(`Regular expression is invalid: ${(error as Error).message}`)
  }
}

/**
 * The literal beginning every match must have, for `^abc` without options.
 * @returns undefined where an index range could not stand for the expression
 */
export function literalPrefix(operand: unknown, options: unknown): string | undefined {
  if (operand instanceof BSONRegExp && operand.options) return undefined
  if (options) return undefined
  const pattern = operand instanceof BSONRegExp ? operand.pattern : operand
  if (typeof pattern !== 'string') return undefined
  // Every character that could be syntax must be escaped to count as literal.
  const literal = /^\^((?:[^\\^$.|?*+()[\]{}]|\\[^a-zA-Z0-9])+)$/.exec(pattern)?.[1]
  return literal?.replace(/\\(.)/gs, '$1')
}

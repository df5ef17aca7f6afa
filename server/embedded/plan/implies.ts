import { compare } from '../bson/compare'
import { rankOf } from '../bson/types'
import { leafTest, type Filter, type Predicate } from '../query/filter'
import type { Index } from '../index/definition'
import { intervalsOf } from './intervals'

/**
 * Whether an index holds every document a filter can match. Others do not: a sparse index lacks documents without
 * its fields, a partial one those outside its filter, so they serve only filters that rule such documents out.
 */
export function coversFilter(index: Index, filter: Filter): boolean {
  if (index.sparse && !index.fields.some(({ path }) => filter.predicates.some((predicate) => predicate.path === path && needsPresence(predicate)))) return false
  const { partial } = index
  if (!partial) return true
  return partial.ors.length === 0 && !partial.hasMore &&
    partial.predicates.every((needed) => filter.predicates.some((given) => given.path === needed.path && implies(given, needed)))
}

/** Whether a predicate holds only of documents that have the field. */
function needsPresence({ operator, operand }: Predicate): boolean {
  if (operator === '$exists') return true
  if (operator === '$eq') return operand !== null && operand !== undefined
  if (operator === '$in') return Array.isArray(operand) && !operand.some((value) => value === null || value === undefined)
  return intervalsOf({ path: '', operator, operand }) !== undefined
}

function implies(given: Predicate, needed: Predicate): boolean {
  if (needed.operator === '$exists') return needsPresence(given)
  const test = leafTest(needed.operator, needed.operand)
  if (given.operator === '$eq') return !Array.isArray(given.operand) && test(given.operand)
  if (given.operator === '$in') return Array.isArray(given.operand) && given.operand.every((value) => !Array.isArray(value) && test(value))
  if (given.operator === needed.operator && compare(given.operand, needed.operand) === 0) return true
  if (needed.operator === '$type') return isRange(given) && test(given.operand)
  const sameSide = isRange(given) && isRange(needed) && given.operator.slice(0, 3) === needed.operator.slice(0, 3) && rankOf(given.operand) === rankOf(needed.operand)
  // At least as narrow: a bound that itself satisfies the needed one.
  return sameSide && (test(given.operand) || (given.operator.length === 3 && compare(given.operand, needed.operand) === 0))
}

function isRange({ operator }: Predicate): boolean {
  return /^\$[gl]te?$/.test(operator)
}

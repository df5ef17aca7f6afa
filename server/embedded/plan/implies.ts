import { compare } from '../bson/compare'
import { leafTest, type Filter, type Predicate } from '../query/filter'
import type { Index } from '../index/definition'
import { intervalsOf } from './intervals'

/**
 * Whether an index contains every document that a filter can match. A partial index lacks the documents outside its own
 * filter, so it serves only filters that exclude them.
 */
export function coversFilter({ partial }: Index, filter: Filter): boolean {
  return (
    !partial ||
    partial.predicates.every((needed) =>
      filter.predicates.some((given) => given.path === needed.path && implies(given, needed)),
    )
  )
}

function implies(given: Predicate, needed: Predicate): boolean {
  if (needed.operator === '$exists') return needsPresence(given)
  const test = leafTest(needed.operator, needed.operand)
  if (given.operator === '$eq') return !Array.isArray(given.operand) && test(given.operand)
  if (given.operator === '$in')
    return Array.isArray(given.operand) && given.operand.every((value) => !Array.isArray(value) && test(value))
  if (given.operator === needed.operator) return compare(given.operand, needed.operand) === 0
  return needed.operator === '$type' && /^\$[gl]te?$/.test(given.operator) && test(given.operand)
}

/** Whether a predicate matches only documents that have the field. */
function needsPresence({ operator, operand }: Predicate): boolean {
  if (operator === '$exists') return true
  if (operator === '$eq') return operand !== null && operand !== undefined
  if (operator === '$in')
    return Array.isArray(operand) && !operand.some((value) => value === null || value === undefined)
  return intervalsOf({ path: '', operator, operand }) !== undefined
}

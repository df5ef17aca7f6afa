import { isDoc, type Doc } from '../bson/document'
import { badValue, unsupported } from '../errors'
import { operatorTest, refusePattern, wholeOnly, wholeOrElement, type LeafTest, type Spread } from './operators'
import { somePathValue } from './paths'

export type Test = (doc: Doc) => boolean

/** One condition on one path, which an index can answer. */
export interface Predicate {
  readonly path: string
  readonly operator: string
  readonly operand: unknown
}

/** A parsed filter: a match meets all predicates and one branch of each `$or`. `test` tests the whole filter. */
export interface Filter {
  readonly predicates: readonly Predicate[]
  readonly ors: readonly Filter[][]
  /** Whether there are conditions beyond predicates and ors, such as a negation. */
  readonly hasMore: boolean
  readonly test: Test
}

/** Parses a query filter. @throws CommandError for unknown operators */
export function parseFilter(filter: Doc): Filter {
  const predicates: Predicate[] = []
  const ors: Filter[][] = []
  const tests: Test[] = []
  let hasMore = false
  for (const [name, value] of Object.entries(filter)) {
    if (name === '$and')
      for (const part of branches(name, value)) {
        predicates.push(...part.predicates)
        ors.push(...part.ors)
        hasMore ||= part.hasMore
        tests.push(part.test)
      }
    else if (name === '$or') {
      const parts = branches(name, value)
      ors.push(parts)
      tests.push((doc) => parts.some((part) => part.test(doc)))
    } else if (name.startsWith('$')) throw unsupported(`the query operator ${name}`)
    else
      for (const condition of parseCondition(value)) {
        const parts = name.split('.')
        tests.push((doc) => somePathValue(doc, parts, condition.test) !== condition.negated)
        if (condition.negated) hasMore = true
        else predicates.push({ path: name, operator: condition.operator, operand: condition.operand })
      }
  }
  return { predicates, ors, hasMore, test: (doc) => tests.every((test) => test(doc)) }
}

/** The test of a filter, for callers that need nothing else of it. */
export function compileFilter(filter: Doc): Test {
  return parseFilter(filter).test
}

function branches(name: string, value: unknown): Filter[] {
  if (!Array.isArray(value) || value.length === 0) throw badValue(`${name} must be a nonempty array`)
  return value.map((part) => {
    if (!isDoc(part)) throw badValue(`${name} needs documents`)
    return parseFilter(part)
  })
}

interface Condition extends Omit<Predicate, 'path'> {
  negated: boolean
  test: LeafTest
}

/** The right-hand side of a field: a value to equal, or a document of operators. */
function parseCondition(value: unknown): Condition[] {
  if (isDoc(value) && Object.keys(value)[0]?.startsWith('$')) return parseOperators(value)
  refusePattern(value)
  return parseOperators({ $eq: value })
}

/**
 * Parses operators such as `{ $gt: 1, $lt: 5 }`. `$ne` becomes a negated `$eq`.
 * @param spread how values that are arrays are tested
 */
export function parseOperators(operators: Doc, spread: Spread = wholeOrElement): Condition[] {
  return Object.entries(operators).map(([name, operand]) => {
    const negated = name === '$ne'
    const operator = negated ? '$eq' : name
    return { operator, operand, negated, test: leafTest(operator, operand, spread) }
  })
}

/** The test of one operator on the value at the end of a path. @throws CommandError for unknown operators */
export function leafTest(operator: string, operand: unknown, spread: Spread = wholeOrElement): LeafTest {
  return operator === '$elemMatch' ? elementTest(operand) : operatorTest(operator, operand, spread)
}

/** `$elemMatch`: one element meets all conditions. */
function elementTest(operand: unknown): LeafTest {
  if (!isDoc(operand)) throw badValue('$elemMatch needs a document')
  if (!Object.keys(operand).every((name) => name.startsWith('$')))
    throw unsupported('$elemMatch on fields of documents')
  const conditions = parseOperators(operand, wholeOnly)
  return (value) =>
    Array.isArray(value) && value.some((element) => conditions.every(({ test, negated }) => test(element) !== negated))
}

import { BSONRegExp } from 'bson'
import { getField, isDoc, type Doc } from '../bson/document'
import { badValue, unsupported } from '../errors'
import { operatorTest, wholeOnly, wholeOrElement, type LeafTest, type Spread } from './operators'
import { somePathValue } from './paths'

export type Test = (doc: Doc) => boolean

/** One condition on one path, which an index may answer. */
export interface Predicate {
  readonly path: string
  readonly operator: string
  readonly operand: unknown
  readonly options?: unknown
}

/** A parsed filter: all predicates hold, one branch of each `$or` holds, and `test` says all of it. */
export interface Filter {
  readonly predicates: readonly Predicate[]
  readonly ors: readonly Filter[][]
  /** Whether something beyond predicates and ors must be tested, such as a negation. */
  readonly hasMore: boolean
  readonly test: Test
}

const NEGATED: Record<string, string> = { $ne: '$eq', $nin: '$in' }

/** Parses a query filter. @throws CommandError for unknown operators */
export function parseFilter(filter: Doc): Filter {
  const predicates: Predicate[] = []
  const ors: Filter[][] = []
  const tests: Test[] = []
  let hasMore = false
  for (const [name, value] of Object.entries(filter)) {
    if (name === '$and') for (const part of branches(name, value)) {
      predicates.push(...part.predicates)
      ors.push(...part.ors)
      hasMore ||= part.hasMore
      tests.push(part.test)
    } else if (name === '$or') {
      const parts = branches(name, value)
      ors.push(parts)
      tests.push((doc) => parts.some((part) => part.test(doc)))
    } else if (name === '$nor') {
      const parts = branches(name, value)
      hasMore = true
      tests.push((doc) => !parts.some((part) => part.test(doc)))
    } else if (name === '$comment') continue
    else if (name.startsWith('$')) throw unsupported(`the query operator ${name}`)
    else for (const condition of parseCondition(value)) {
      const parts = name.split('.')
      tests.push((doc) => somePathValue(doc, parts, condition.test) !== condition.negated)
      if (condition.negated) hasMore = true
      else predicates.push({ path: name, operator: condition.operator, operand: condition.operand, options: condition.options })
    }
  }
  return { predicates, ors, hasMore, test: (doc) => tests.every((test) => test(doc)) }
}

/** The test of a filter alone. */
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

interface Condition { operator: string; operand: unknown; options?: unknown; negated: boolean; test: LeafTest }

/** The right-hand side of a field: a value to equal, a regular expression, or a document of operators. */
function parseCondition(value: unknown, spread?: Spread): Condition[] {
  if (value instanceof BSONRegExp) return parseOperators({ $regex: value }, spread)
  if (isDoc(value) && Object.keys(value)[0]?.startsWith('$')) return parseOperators(value, spread)
  return parseOperators({ $eq: value }, spread)
}

/**
 * Parses `{ $gt: 1, $lt: 5 }`. Negations become the negated plain operator, `$all` one condition for each of its values.
 * @param spread how the values that are tested are taken apart
 */
export function parseOperators(operators: Doc, spread: Spread = wholeOrElement): Condition[] {
  const conditions: Condition[] = []
  for (const [operator, operand] of Object.entries(operators)) {
    if (operator === '$options') {
      if (getField(operators, '$regex') === undefined) throw badValue('$options needs a $regex')
    } else if (operator === '$not') conditions.push(negation(operand, spread))
    else if (operator === '$all') conditions.push(...allOf(operand, spread))
    else {
      const plain = NEGATED[operator]
      // A missing field is absence of `$exists: true` on every path, so the negation goes round the whole walk.
      const absent = operator === '$exists' && !leafTest('$exists', operand, undefined, spread)(1)
      if (absent) conditions.push({ operator: '$exists', operand: true, negated: true, test: (value) => value !== undefined })
      else conditions.push({ operator: plain ?? operator, operand, options: operators.$options, negated: plain !== undefined, test: leafTest(plain ?? operator, operand, operators.$options, spread) })
    }
  }
  return conditions
}

/** Each value may be found in another place of the document. */
function allOf(operand: unknown, spread: Spread): Condition[] {
  if (!Array.isArray(operand)) throw badValue('$all needs an array')
  if (operand.length === 0) return [{ operator: '$in', operand: [], negated: false, test: () => false }]
  return operand.flatMap((item) => {
    if (item instanceof BSONRegExp) return parseOperators({ $regex: item }, spread)
    return parseOperators(isDoc(item) && Object.hasOwn(item, '$elemMatch') ? item : { $eq: item }, spread)
  })
}

function negation(operand: unknown, spread: Spread): Condition {
  if (!isDoc(operand) && !(operand instanceof BSONRegExp)) throw badValue('$not needs a regex or a document')
  const inner = parseCondition(operand, spread)
  if (inner.length !== 1 || inner[0]!.negated) throw unsupported('$not around several operators or another negation')
  return { ...inner[0]!, negated: true }
}

/** The test of one operator on the value a path ends at. @throws CommandError for unknown operators */
export function leafTest(operator: string, operand: unknown, options?: unknown, spread: Spread = wholeOrElement): LeafTest {
  return operatorTest(operator, operand, options, elementTest, spread)
}

/** `$elemMatch`: one element meets all conditions, on itself or as a document. */
function elementTest(operand: unknown): LeafTest {
  if (!isDoc(operand)) throw badValue('$elemMatch needs a document')
  const first = Object.keys(operand)[0]
  const onValues = first !== undefined && first.startsWith('$') && !['$and', '$or', '$nor'].includes(first)
  if (onValues) {
    const conditions = parseOperators(operand, wholeOnly)
    return (value) => Array.isArray(value) && value.some((element) => conditions.every(({ test, negated }) => test(element) !== negated))
  }
  const { test } = parseFilter(operand)
  return (value) => Array.isArray(value) && value.some((element) => isDoc(element) && test(element))
}

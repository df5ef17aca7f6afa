import { isDoc, type Doc } from '../bson/document'
import { compare, equal } from '../bson/compare'
import { addNumbers, isNumber } from '../bson/numbers'
import { CommandError, badValue, failedToParse, unsupported } from '../errors'
import { readPath, removePath, writePath } from './paths'

/** A parsed update, which changes a decoded document in place. */
export type Update = (doc: Doc, inserting: boolean) => Doc

type Operation = (doc: Doc, path: string, operand: unknown) => void

/** Makes an operation from a function that computes a new value. If it returns undefined, the field stays as it is. */
function changing(change: (current: unknown, operand: unknown, path: string) => unknown): Operation {
  return (doc, path, operand) => {
    const value = change(readPath(doc, path), operand, path)
    if (value !== undefined) writePath(doc, path, value)
  }
}

const OPERATIONS: Record<string, Operation> = {
  $set: writePath,
  $setOnInsert: writePath,
  $inc: changing(increment),
  $max: changing((current, operand) => (current === undefined || compare(operand, current) > 0 ? operand : undefined)),
  $addToSet: changing(addToSet),
  $pull: changing(pull),
  $unset: removePath,
}

/**
 * Parses an update document.
 * @throws CommandError for pipelines, replacements, unknown operators and paths that conflict
 */
export function parseUpdate(update: unknown): Update {
  if (Array.isArray(update)) throw unsupported('an update with an aggregation pipeline')
  if (!isDoc(update)) throw failedToParse('An update must be a document')
  if (!Object.keys(update)[0]?.startsWith('$')) throw unsupported('an update that replaces a whole document')
  // MongoDB adds new fields in the order of their paths, whatever the order of the operators.
  const operations = Object.entries(update)
    .flatMap(([operator, fields]) => parseOperator(operator, fields))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
  refuseConflicts(operations.map(({ path }) => path))
  return (doc, inserting) => {
    for (const { operator, path, operand } of operations) {
      if (operator !== '$setOnInsert' || inserting) OPERATIONS[operator]!(doc, path, operand)
    }
    return doc
  }
}

function parseOperator(operator: string, fields: unknown): { operator: string; path: string; operand: unknown }[] {
  if (!Object.hasOwn(OPERATIONS, operator)) {
    throw operator.startsWith('$')
      ? unsupported(`the update operator ${operator}`)
      : failedToParse(`Unknown modifier: ${operator}. Expected a valid update modifier`)
  }
  if (!isDoc(fields)) throw failedToParse(`Modifiers operate on fields but we found another type for ${operator}`)
  return Object.entries(fields).map(([path, operand]) => ({ operator, path, operand }))
}

function refuseConflicts(paths: string[]): void {
  const seen = [...paths].sort()
  seen.forEach((path, i) => {
    const next = seen.slice(i + 1).find((other) => other === path || other.startsWith(`${path}.`))
    if (next !== undefined)
      throw new CommandError(
        40,
        'ConflictingUpdateOperators',
        `Updating the path '${next}' would create a conflict at '${path}'`,
      )
  })
}

function increment(current: unknown, operand: unknown, path: string): unknown {
  if (!isNumber(operand))
    throw new CommandError(14, 'TypeMismatch', `Cannot increment with non-numeric argument: {${path}: ...}`)
  if (current === undefined) return operand
  if (!isNumber(current))
    throw new CommandError(14, 'TypeMismatch', `Cannot apply $inc to a value of non-numeric type at the path ${path}`)
  return addNumbers(current, operand)
}

/** @returns the new array; undefined if it has the value already */
function addToSet(current: unknown, operand: unknown, path: string): unknown[] | undefined {
  if (isDoc(operand) && Object.hasOwn(operand, '$each')) throw unsupported('the $addToSet modifier $each')
  if (current === undefined) return [operand]
  if (!Array.isArray(current)) throw badValue(`The field '${path}' must be an array but is not, in $addToSet`)
  return current.some((element) => equal(element, operand)) ? undefined : [...(current as unknown[]), operand]
}

/** @returns the array without the value, or undefined when it does not have it */
function pull(current: unknown, operand: unknown, path: string): unknown[] | undefined {
  if (isDoc(operand)) throw unsupported('$pull with a condition')
  if (current === undefined) return undefined
  if (!Array.isArray(current)) throw badValue(`Cannot apply $pull to a non-array value, at the path '${path}'`)
  return (current as unknown[]).filter((element) => !equal(element, operand))
}

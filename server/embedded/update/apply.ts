import { isDoc, type Doc } from '../bson/document'
import { compare } from '../bson/compare'
import { addNumbers, isNumber } from '../bson/numbers'
import { CommandError, badValue, failedToParse, unsupported } from '../errors'
import { addToSet, pop, pull, pullAll, push } from './arrays'
import { readPath, removePath, writePath } from './paths'

/** A parsed update: it changes a decoded document in place or, for a replacement, makes a new one. */
export type Update = (doc: Doc, inserting: boolean) => Doc

type Operation = (doc: Doc, path: string, operand: unknown) => void

/** Wraps what makes a new value from the present one; undefined leaves the field alone. */
function changing(change: (current: unknown, operand: unknown, path: string) => unknown): Operation {
  return (doc, path, operand) => {
    const value = change(readPath(doc, path), operand, path)
    if (value !== undefined) writePath(doc, path, value)
  }
}

const OPERATIONS: Record<string, Operation> = {
  $set: writePath,
  $setOnInsert: writePath,
  $unset: (doc, path) => removePath(doc, path),
  $inc: changing(increment),
  $min: changing((current, operand) => current === undefined || compare(operand, current) < 0 ? operand : undefined),
  $max: changing((current, operand) => current === undefined || compare(operand, current) > 0 ? operand : undefined),
  $rename: rename,
  $push: changing(push),
  $addToSet: changing(addToSet),
  $pull: changing(pull),
  $pullAll: changing(pullAll),
  $pop: changing(pop),
}

/**
 * Parses an update document.
 * @param update operators, or a whole replacement
 * @throws CommandError for pipelines, unknown operators and paths that conflict
 */
export function parseUpdate(update: unknown): Update {
  if (Array.isArray(update)) throw unsupported('an update with an aggregation pipeline')
  if (!isDoc(update)) throw failedToParse('An update must be a document')
  if (!isOperators(update)) return (doc) => replacement(doc, update)
  // MongoDB adds new fields in the order of their paths, whatever the order of the operators.
  const operations = Object.entries(update).flatMap(([operator, fields]) => parseOperator(operator, fields))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
  refuseConflicts(operations.flatMap(({ operator, path, operand }) => operator === '$rename' ? [path, String(operand)] : [path]))
  return (doc, inserting) => {
    for (const { operator, path, operand } of operations) {
      if (operator !== '$setOnInsert' || inserting) OPERATIONS[operator]!(doc, path, operand)
    }
    return doc
  }
}

/** Whether an update consists of operators rather than being a replacement. */
export function isOperators(update: Doc): boolean {
  return Object.keys(update)[0]?.startsWith('$') ?? false
}

function parseOperator(operator: string, fields: unknown): { operator: string; path: string; operand: unknown }[] {
  if (!Object.hasOwn(OPERATIONS, operator)) {
    throw operator.startsWith('$') ? unsupported(`the update operator ${operator}`) : failedToParse(`Unknown modifier: ${operator}. Expected a valid update modifier`)
  }
  if (!isDoc(fields)) throw failedToParse(`Modifiers operate on fields but we found another type for ${operator}`)
  return Object.entries(fields).map(([path, operand]) => ({ operator, path, operand }))
}

function refuseConflicts(paths: string[]): void {
  const seen = [...paths].sort()
  seen.forEach((path, i) => {
    const next = seen.slice(i + 1).find((other) => other === path || other.startsWith(`${path}.`))
    if (next !== undefined) throw new CommandError(40, 'ConflictingUpdateOperators', `Updating the path '${next}' would create a conflict at '${path}'`)
  })
}

function replacement(doc: Doc, update: Doc): Doc {
  const mixed = Object.keys(update).find((name) => name.startsWith('$'))
  if (mixed) throw failedToParse(`The replacement document cannot contain the update operator ${mixed}`)
  if (Object.hasOwn(update, '_id') || !Object.hasOwn(doc, '_id')) return update
  return { _id: doc._id, ...update }
}

function increment(current: unknown, operand: unknown, path: string): unknown {
  if (!isNumber(operand)) throw new CommandError(14, 'TypeMismatch', `Cannot increment with non-numeric argument: {${path}: ...}`)
  if (current === undefined) return operand
  if (!isNumber(current)) throw new CommandError(14, 'TypeMismatch', `Cannot apply $inc to a value of non-numeric type at the path ${path}`)
  return addNumbers(current, operand)
}

function rename(doc: Doc, path: string, target: unknown): void {
  if (typeof target !== 'string') throw badValue('The target of $rename must be a string')
  const value = readPath(doc, path)
  if (value === undefined) return
  removePath(doc, path)
  writePath(doc, target, value)
}

import { createHash } from 'node:crypto'
import { getField, isDoc, type Doc } from '../bson/document'
import { CommandError } from '../errors'
import type { Index, IndexField } from './definition'
import { EMPTY_ARRAY, KeyWriter } from './keyWriter'

/** The most bytes of a tuple: an LMDB key has up to 1,978, and the rest is for the index and record numbers. */
const MAX_TUPLE_BYTES = 1700
const HASH_BYTES = 32

/** Longer bounds of a search are cut to this length, because a cut key keeps its own bytes up to here. */
export const EXACT_TUPLE_BYTES = MAX_TUPLE_BYTES - HASH_BYTES

export interface Tuple {
  bytes: Buffer
  values: unknown[]
}

const writer = new KeyWriter()

/**
 * The keys of a document in an index: none if a partial index leaves it out, several for arrays. Also notes in the index
 * that it has become multikey, or that a key was cut.
 * @throws CommandError 171 for a document with two arrays in the indexed fields
 */
export function tuplesOf(index: Index, doc: Doc): Tuple[] {
  if (index.partial && !index.partial.test(doc)) return []
  const rows: unknown[][] = []
  expand(
    index,
    index.fields.map((field) => ({ node: doc as unknown, depth: 0, field })),
    rows,
  )
  const tuples = new Map<string, Tuple>()
  for (const values of rows) {
    const bytes = encodeTuple(index, values)
    tuples.set(rows.length === 1 ? '' : bytes.toString('latin1'), { bytes, values })
  }
  return [...tuples.values()]
}

interface Step {
  node: unknown
  depth: number
  field: IndexField
  done?: boolean
}

/** Walks all fields down to their values. An array on the way multiplies the row, once for all fields that it contains. */
function expand(index: Index, steps: Step[], rows: unknown[][]): void {
  let array: unknown[] | undefined
  const walked = steps.map((step) => {
    const next = descend(step)
    if (!next.done && Array.isArray(next.node)) {
      if (!next.field.multikey) {
        next.field.multikey = true
        index.changed = true
      }
      if (array && array !== next.node)
        throw new CommandError(171, 'CannotIndexParallelArrays', `cannot index parallel arrays [${next.field.path}]`)
      array = next.node
    } else if (!step.done && !next.field.scalar && next.node !== undefined && next.node !== null) {
      next.field.scalar = index.changed = true
    }
    return next
  })
  if (!array) {
    rows.push(walked.map((step) => step.node))
    return
  }
  const elements = array.length === 0 ? [EMPTY_ARRAY] : array
  for (const element of elements)
    expand(
      index,
      walked.map((step) => (step.done ? step : intoElement(step, element))),
      rows,
    )
}

/** Follows the path through nested documents as far as a value or an array. */
function descend(step: Step): Step {
  if (step.done) return step
  let { node, depth } = step
  const { parts } = step.field
  while (depth < parts.length && !Array.isArray(node)) {
    if (!isDoc(node)) return { ...step, node: undefined, done: true }
    node = getField(node, parts[depth++]!)
  }
  return { ...step, node, depth, done: !Array.isArray(node) }
}

function intoElement(step: Step, element: unknown): Step {
  if (step.depth === step.field.parts.length) return { ...step, node: element, done: true }
  return isDoc(element) ? { ...step, node: element } : { ...step, node: undefined, done: true }
}

function encodeTuple(index: Index, values: readonly unknown[]): Buffer {
  writer.reset()
  index.fields.forEach((field, i) => writer.write(values[i], field.descending))
  const bytes = writer.take()
  if (bytes.length <= MAX_TUPLE_BYTES) return bytes
  if (!index.truncated) index.truncated = index.changed = true
  return cutTuple(bytes)
}

/** Cuts a key that is too long to its beginning and a hash, so different values still have different keys. */
export function cutTuple(bytes: Buffer): Buffer {
  if (bytes.length <= MAX_TUPLE_BYTES) return bytes
  return Buffer.concat([bytes.subarray(0, EXACT_TUPLE_BYTES), createHash('sha256').update(bytes).digest()])
}

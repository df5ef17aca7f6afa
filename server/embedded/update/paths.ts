import { getField, isDoc, setField, type Doc } from '../bson/document'
import { CommandError, unsupported } from '../errors'

/** More padding than this for `$set: { 'list.9999999': 1 }` is a mistake, not a wish. */
const MAX_PADDING = 1_500_000

type Container = Doc | unknown[]

/**
 * Reads the value at an update path, where a number may be an array position.
 * @returns undefined when it is missing
 */
export function readPath(doc: Doc, path: string): unknown {
  let value: unknown = doc
  for (const part of splitPath(path)) {
    if (Array.isArray(value)) value = isPosition(part) ? value[Number(part)] : undefined
    else value = isDoc(value) ? getField(value, part) : undefined
  }
  return value
}

/**
 * Writes a value at an update path and creates the documents on the way.
 * @throws CommandError 28 when a scalar stands in the way
 */
export function writePath(doc: Doc, path: string, value: unknown): void {
  const parts = splitPath(path)
  let container: Container = doc
  for (const part of parts.slice(0, -1)) {
    const existing = child(container, part)
    const next: Container = existing === undefined ? {} : asContainer(existing, part, path)
    if (existing === undefined) put(container, part, next, path)
    container = next
  }
  put(container, parts.at(-1)!, value, path)
}

/** Removes the value at a path; an array element becomes null, so that the others keep their places. */
export function removePath(doc: Doc, path: string): void {
  const parts = splitPath(path)
  let container: unknown = doc
  for (const part of parts.slice(0, -1)) container = isDoc(container) || Array.isArray(container) ? child(container, part) : undefined
  const last = parts.at(-1)!
  if (isDoc(container)) delete container[last]
  else if (Array.isArray(container) && isPosition(last) && Number(last) < container.length) container[Number(last)] = null
}

function splitPath(path: string): string[] {
  const parts = path.split('.')
  if (parts.includes('')) throw new CommandError(56, 'EmptyFieldName', `The update path '${path}' contains an empty field name, which is not allowed.`)
  const positional = parts.find((part) => part.startsWith('$'))
  if (positional) throw unsupported(`the positional operator ${positional} in the update path ${path}`)
  return parts
}

function child(container: Container, part: string): unknown {
  if (!Array.isArray(container)) return getField(container, part)
  return isPosition(part) ? container[Number(part)] : undefined
}

function asContainer(value: unknown, part: string, path: string): Container {
  if (isDoc(value) || Array.isArray(value)) return value
  throw new CommandError(28, 'PathNotViable', `Cannot create field in element {${part}: ...} for the path ${path}`)
}

function put(container: Container, part: string, value: unknown, path: string): void {
  if (!Array.isArray(container)) return setField(container, part, value)
  if (!isPosition(part)) throw new CommandError(28, 'PathNotViable', `Cannot create field '${part}' in an array for the path ${path}`)
  const position = Number(part)
  if (position - container.length > MAX_PADDING) throw new CommandError(2, 'BadValue', `Cannot pad the array so far for the path ${path}`)
  while (container.length < position) container.push(null)
  container[position] = value
}

function isPosition(part: string): boolean {
  return /^(0|[1-9]\d*)$/.test(part)
}

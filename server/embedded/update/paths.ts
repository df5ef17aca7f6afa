import { getField, isDoc, setField, type Doc } from '../bson/document'
import { CommandError, unsupported } from '../errors'

/** Reads the value at an update path. Undefined: it is missing. */
export function readPath(doc: Doc, path: string): unknown {
  let value: unknown = doc
  for (const part of splitPath(path)) value = isDoc(value) ? getField(value, part) : undefined
  return value
}

/**
 * Writes a value at an update path. Missing documents on the way are created.
 * @throws CommandError 28 when the path leads through a scalar or an array
 */
export function writePath(doc: Doc, path: string, value: unknown): void {
  const parts = splitPath(path)
  let container = doc
  for (const part of parts.slice(0, -1)) {
    const existing = getField(container, part)
    const next = existing === undefined ? {} : existing
    if (!isDoc(next))
      throw new CommandError(28, 'PathNotViable', `Cannot create field in element {${part}: ...} for the path ${path}`)
    if (existing === undefined) setField(container, part, next)
    container = next
  }
  setField(container, parts.at(-1)!, value)
}

/** Removes the field at an update path. A path that leads nowhere changes nothing. */
export function removePath(doc: Doc, path: string): void {
  const parts = splitPath(path)
  let container: unknown = doc
  for (const part of parts.slice(0, -1)) container = isDoc(container) ? getField(container, part) : undefined
  const last = parts.at(-1)!
  if (isDoc(container) && Object.hasOwn(container, last)) delete container[last]
}

function splitPath(path: string): string[] {
  const parts = path.split('.')
  if (parts.includes(''))
    throw new CommandError(
      56,
      'EmptyFieldName',
      `The update path '${path}' contains an empty field name, which is not allowed.`,
    )
  const positional = parts.find((part) => part.startsWith('$'))
  if (positional) throw unsupported(`the positional operator ${positional} in the update path ${path}`)
  const position = parts.find((part) => /^\d+$/.test(part))
  if (position) throw unsupported(`the array position ${position} in the update path ${path}`)
  return parts
}

import { BSONValue, ObjectId } from 'bson'
import { isDoc, type Doc } from '../bson/document'
import { CommandError } from '../errors'
import type { Index } from '../index/definition'
import { EMPTY_ARRAY } from '../index/keyWriter'

/** The error E11000, with the text and the fields that drivers and mongoose parse. */
export function duplicateKey(namespace: string, index: Index, values: readonly unknown[]): CommandError {
  const keyValue: Doc = Object.fromEntries(
    index.fields.map((field, i) => {
      const value = values[i]
      return [field.path, value === undefined || value === EMPTY_ARRAY ? null : value]
    }),
  )
  const shown = Object.entries(keyValue)
    .map(([path, value]) => `${path}: ${show(value)}`)
    .join(', ')
  return new CommandError(
    11000,
    'DuplicateKey',
    `E11000 duplicate key error collection: ${namespace} index: ${index.name} dup key: { ${shown} }`,
    { keyPattern: index.key, keyValue },
  )
}

/** Formats a value as the mongo shell does. */
function show(value: unknown): string {
  if (value instanceof ObjectId) return `ObjectId('${value.toHexString()}')`
  if (value instanceof Date) return `new Date(${value.getTime()})`
  if (value instanceof BSONValue) return String(value.valueOf())
  if (Array.isArray(value)) return `[ ${value.map(show).join(', ')} ]`
  if (isDoc(value))
    return `{ ${Object.entries(value)
      .map(([name, field]) => `${name}: ${show(field)}`)
      .join(', ')} }`
  return JSON.stringify(value) ?? 'null'
}

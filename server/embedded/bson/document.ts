import { BSONError, BSONValue, deserialize, serialize } from 'bson'
import { CommandError } from '../errors'

/** A decoded document. Numbers stay Int32, Double or Long, so that writing it back keeps its types. */
export type Doc = Record<string, unknown>

/** The largest document that MongoDB accepts, in bytes. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024

const LOSSLESS = { promoteValues: false, promoteBuffers: false, bsonRegExp: true } as const

/**
 * Decodes BSON without losing number types.
 * @param raw one BSON document
 * @param rawArray an array field whose documents stay raw bytes
 * @throws CommandError 22 when the bytes are not BSON
 */
export function decode(raw: Uint8Array, rawArray?: string): Doc {
  try {
    return deserialize(raw, rawArray ? { ...LOSSLESS, fieldsAsRaw: { [rawArray]: true } } : LOSSLESS)
  } catch (error) {
    throw new CommandError(22, 'InvalidBSON', `The document is not valid BSON: ${(error as Error).message}`)
  }
}

/**
 * Encodes a document.
 * @param limit the maximum number of bytes: 16 MB for stored documents
 * @throws CommandError when a value cannot be encoded or the result is too large
 */
export function encode(doc: Doc, limit = MAX_DOCUMENT_BYTES): Buffer {
  try {
    const bytes = serialize(doc)
    if (bytes.length > limit) throw tooLarge(bytes.length)
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  } catch (error) {
    if (error instanceof BSONError)
      throw new CommandError(2, 'BadValue', `Cannot encode the document: ${error.message}`)
    throw error
  }
}

export function tooLarge(size: number): CommandError {
  return new CommandError(
    10334,
    'BSONObjectTooLarge',
    `BSONObj size: ${size} is invalid. Size must be between 0 and ${MAX_DOCUMENT_BYTES}`,
  )
}

/** A nested document, as opposed to an array, a date or one of BSON's own value types. */
export function isDoc(value: unknown): value is Doc {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof BSONValue) &&
    !(value instanceof Date) &&
    !(value instanceof Uint8Array)
  )
}

/** Reads an own field; inherited names such as `constructor` count as missing. */
export function getField(doc: Doc, name: string): unknown {
  return Object.hasOwn(doc, name) ? doc[name] : undefined
}

/** Sets an own field, also one called `__proto__`, which plain assignment would turn into a prototype. */
export function setField(doc: Doc, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(doc, name, { value, writable: true, enumerable: true, configurable: true })
  else doc[name] = value
}

/** Reads a whole number of a command, which may be an int32, an int64 or a double. */
export function toInteger(value: unknown, name: string): number {
  const number = typeof value === 'number' ? value : Number((value as { valueOf(): unknown } | null)?.valueOf() ?? NaN)
  if (!Number.isSafeInteger(number)) throw new CommandError(14, 'TypeMismatch', `${name} must be a whole number`)
  return number
}

/** Reads a boolean of a command. Like MongoDB, it accepts numbers: 0 is false, every other number is true. */
export function toBoolean(value: unknown): boolean {
  return typeof value === 'object' && value !== null ? Number(value.valueOf()) !== 0 : Boolean(value)
}

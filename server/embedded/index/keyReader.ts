import { RANK } from '../bson/types'
import type { Index } from './definition'

/** The bytes before the tuple in the key of an index entry. */
const PREFIX_BYTES = 5
/** What `KeyWriter` writes after a number that a double expresses exactly. */
const NO_REST = 0x8000

// Types in BSON.
const DOUBLE = 0x01
const STRING = 0x02
const OBJECT_ID = 0x07
const INT32 = 0x10
const MAX_INT32 = 0x7fffffff

/** A value as BSON has it, and where the key goes on. */
interface Value {
  type: number
  bytes: Buffer
  end: number
}

/**
 * Makes a projected row from an index key, without reading the document.
 * @param names the wanted fields
 * @returns BSON; undefined when the key does not have all of it as it is stored, so the document must be read
 */
export function rowFromKey(
  { index, key }: { index: Index; key: Buffer },
  names: readonly string[],
): Buffer | undefined {
  if (index.truncated || !names.every((name) => index.fields.some(({ path, multikey }) => path === name && !multikey)))
    return undefined
  const row = Buffer.allocUnsafe(key.length * 2 + names.join().length + 5 * names.length + 5)
  let length = 4
  let inverted: Buffer | undefined
  let at = PREFIX_BYTES
  for (const { path, descending } of index.fields) {
    if (descending) inverted ??= invert(key)
    const value = readValue(descending ? inverted! : key, at)
    if (!value) return undefined
    at = value.end
    if (!names.includes(path)) continue
    row[length++] = value.type
    length += row.write(path, length)
    row[length++] = 0
    length += value.bytes.copy(row, length)
  }
  row[length++] = 0
  row.writeInt32LE(length, 0)
  return row.subarray(0, length)
}

function invert(key: Buffer): Buffer {
  const inverted = Buffer.allocUnsafe(key.length)
  for (let at = 0; at < key.length; at++) inverted[at] = ~key[at]! & 0xff
  return inverted
}

/** Reads one value, of the kinds that keys are made of most often. The others are not worth it. */
function readValue(key: Buffer, at: number): Value | undefined {
  const start = at + 1
  switch (key[at]) {
    case RANK.objectId:
      return { type: OBJECT_ID, bytes: key.subarray(start, start + 12), end: start + 12 }
    case RANK.string:
      return text(key, start)
    case RANK.number:
      return key.readUInt16BE(start + 8) === NO_REST && key[start]! & 0x80 ? number(key, start) : undefined
    default:
      return undefined
  }
}

function text(key: Buffer, start: number): Value | undefined {
  const end = key.indexOf(0, start)
  // A zero byte inside the text is followed by another byte than its end is.
  if (key[end + 1] !== 1) return undefined
  const bytes = Buffer.allocUnsafe(4 + end - start + 1)
  bytes.writeInt32LE(end - start + 1, 0)
  key.copy(bytes, 4, start, end)
  bytes[bytes.length - 1] = 0
  return { type: STRING, bytes, end: end + 2 }
}

/** A number that is not negative, whose sign bit `KeyWriter` has inverted. */
function number(key: Buffer, start: number): Value {
  const double = Buffer.from(key.subarray(start, start + 8))
  double[0]! &= 0x7f
  const value = double.readDoubleBE(0)
  if (!Number.isInteger(value) || value > MAX_INT32) return { type: DOUBLE, bytes: double.reverse(), end: start + 10 }
  const int = Buffer.allocUnsafe(4)
  int.writeInt32LE(value, 0)
  return { type: INT32, bytes: int, end: start + 10 }
}

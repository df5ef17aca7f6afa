import { onDemand } from 'bson'
import { isDoc, toBoolean } from '../bson/document'

/**
 * Compiles a projection that takes whole fields of the first level, as most do, to one that copies their bytes: what is
 * left out is passed over by its length, however large it is, and nothing is decoded.
 * @returns a function from a document's BSON to the projected BSON; undefined for any other projection
 */
export function compileRawProjection(projection: unknown): ((raw: Buffer) => Buffer) | undefined {
  if (!isDoc(projection)) return undefined
  const { _id: id = true, ...fields } = projection
  const entries = Object.entries(fields)
  const takesWhole = entries.every(([name, value]) => !/[.$]/.test(name) && isFlag(value) && toBoolean(value))
  if (entries.length === 0 || !takesWhole || !isFlag(id)) return undefined
  const wanted = new Set(entries.map(([name]) => name))
  if (toBoolean(id)) wanted.add('_id')
  return (raw) => pick(raw, wanted)
}

/** A flag, and no expression. */
function isFlag(value: unknown): boolean {
  return typeof value === 'boolean' || typeof value === 'number' || (typeof value === 'object' && value !== null && '_bsontype' in value)
}

function pick(raw: Buffer, wanted: ReadonlySet<string>): Buffer {
  const kept: Buffer[] = []
  let length = 5
  for (const [, nameOffset, nameLength, offset, size] of onDemand.parseToElements(raw)) {
    if (!wanted.has(raw.toString('utf8', nameOffset, nameOffset + nameLength))) continue
    // From the byte of the type, which stands before the name, to the end of the value.
    const element = raw.subarray(nameOffset - 1, offset + size)
    kept.push(element)
    length += element.length
  }
  const picked = Buffer.allocUnsafe(length)
  picked.writeInt32LE(length, 0)
  let end = 4
  for (const element of kept) end += element.copy(picked, end)
  picked[end] = 0
  return picked
}

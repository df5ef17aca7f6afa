import { onDemand } from 'bson'
import { isDoc, toBoolean } from '../bson/document'
import { CommandError, unsupported } from '../errors'

export interface Projection {
  /** Copies the wanted fields of a document's BSON. */
  pick(raw: Buffer): Buffer
  /** The wanted fields; undefined for a projection that names what it leaves out. */
  names?: readonly string[]
}

/**
 * Compiles a projection of whole fields of the first level to a function that copies their bytes. It decodes nothing, and
 * skips a field that is left out by its length, however large it is.
 * @returns undefined if all fields are wanted
 * @throws CommandError for nested paths, for expressions, and for a mix of inclusion and exclusion
 */
export function compileProjection(projection: unknown): Projection | undefined {
  if (!isDoc(projection) || Object.keys(projection).length === 0) return undefined
  const flags = new Map(Object.entries(projection).map(([name, value]) => [name, flag(name, value)]))
  const id = flags.get('_id')
  const others = [...flags].filter(([name]) => name !== '_id')
  const including = others[0]?.[1] ?? id!
  const odd = others.find(([, wanted]) => wanted !== including)
  if (odd) {
    const [here, there] = including ? ['exclusion', 'inclusion'] : ['inclusion', 'exclusion']
    throw new CommandError(31254, 'Location31254', `Cannot do ${here} on field ${odd[0]} in ${there} projection`)
  }
  const named = new Set(others.map(([name]) => name))
  // An inclusion includes `_id` unless it is `false`; an exclusion excludes it only if it is.
  if (including ? id !== false : id === false) named.add('_id')
  return {
    pick: (raw) => pick(raw, (name) => named.has(name) === including),
    ...(including && { names: [...named] }),
  }
}

function flag(name: string, value: unknown): boolean {
  const operator = [name, ...(isDoc(value) ? Object.keys(value) : [])].find(
    (one) => one.startsWith('$') || one.endsWith('.$'),
  )
  if (operator) throw unsupported(`the projection operator ${operator}`)
  if (isDoc(value) || name.includes('.')) throw unsupported(`the projection of the nested path ${name}`)
  if (typeof value === 'string' || Array.isArray(value) || value === null)
    throw unsupported(`the projection expression on ${name}`)
  return toBoolean(value)
}

function pick(raw: Buffer, isWanted: (name: string) => boolean): Buffer {
  const kept: Buffer[] = []
  let length = 5
  for (const [, nameOffset, nameLength, offset, size] of onDemand.parseToElements(raw)) {
    if (!isWanted(raw.toString('utf8', nameOffset, nameOffset + nameLength))) continue
    // From the type byte, which is before the name, to the end of the value.
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

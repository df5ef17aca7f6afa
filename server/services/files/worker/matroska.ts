import type { Patch } from '../../../storage/types'

export const MATROSKA = {
  Header: 0x1a45dfa3,
  Segment: 0x18538067,
  Cluster: 0x1f43b675,
  BlockGroup: 0xa0,
  Block: 0xa1,
  SimpleBlock: 0xa3,
  Tags: 0x1254c367,
} as const
const VOID = 0xec
/** Elements that are gone into; whether they say how long they are does not matter then. */
const ENTERED: ReadonlySet<number> = new Set([MATROSKA.Segment, MATROSKA.Cluster, MATROSKA.BlockGroup])

/** An element of Matroska or WebM. */
export interface Element {
  id: number
  start: number
  body: number
  /** Infinity: it does not say. */
  end: number
}

/** The element at a place; null: there is none that is whole up to its content. */
export function elementAt(bytes: Buffer, start: number): Element | null {
  const first = bytes[start]
  const idLength = first === undefined ? 9 : Math.clz32(first) - 23
  if (idLength > 4 || start + idLength >= bytes.length) return null
  const sizeAt = start + idLength
  const sizeLength = Math.clz32(bytes[sizeAt]!) - 23
  const body = sizeAt + sizeLength
  if (sizeLength > 8 || body > bytes.length) return null
  let size = bytes[sizeAt]! & (0xff >> sizeLength)
  let isUnknown = size === 0xff >> sizeLength
  for (let at = sizeAt + 1; at < body; at++) {
    size = size * 256 + bytes[at]!
    isUnknown &&= bytes[at] === 0xff
  }
  return { id: bytes.readUIntBE(start, idLength), start, body, end: isUnknown ? Infinity : body + size }
}

/** All elements of a file up to the first that is not whole, with a segment, a cluster and a group before what is in it. */
export function* elementsIn(bytes: Buffer): Generator<Element> {
  for (let at = 0; ; ) {
    const element = elementAt(bytes, at)
    if (!element) return
    const isEntered = ENTERED.has(element.id)
    if (!isEntered && element.end > bytes.length) return
    yield element
    at = isEntered ? element.body : element.end
  }
}

/** Makes an element one that says nothing and takes the same place. */
export function asVoid({ start, end }: Element): Patch {
  const total = end - start
  const head = Buffer.alloc(total < 9 ? 2 : 9)
  head[0] = VOID
  if (total < 9) {
    head[1] = 0x80 | (total - 2)
  } else {
    head[1] = 0x01
    head.writeUIntBE(total - 9, 3, 6)
  }
  return { start, end, head }
}

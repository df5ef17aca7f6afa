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
/** Elements whose content is iterated. Their length is not needed, so it may be unknown. */
const ENTERED: ReadonlySet<number> = new Set([MATROSKA.Segment, MATROSKA.Cluster, MATROSKA.BlockGroup])

/** An element of Matroska or WebM. */
export interface Element {
  id: number
  start: number
  body: number
  /** Infinity: the element does not state its length. */
  end: number
}

/** The element at an offset. Null: there is none, or its header is cut off. */
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

/** All elements of a file, up to the first that is cut off. A segment, cluster or group comes before its content. */
export function* elementsIn(bytes: Buffer): Generator<Element> {
  for (let at = 0; ;) {
    const element = elementAt(bytes, at)
    if (!element) return
    const isEntered = ENTERED.has(element.id)
    if (!isEntered && element.end > bytes.length) return
    yield element
    at = isEntered ? element.body : element.end
  }
}

/** A patch that turns an element into a Void element of the same length. */
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

import { boxesIn, CONTAINERS, type Box } from '../boxes'

/** A range of bytes that belongs to an item. */
interface Extent {
  start: number
  end: number
}

/**
 * An AVIF, animated or not, with its EXIF and XMP erased. They are overwritten rather than removed, because everything
 * else in the file is found by its offset.
 * @throws Error for a file whose tables are impossible
 */
export function stripAvif(original: Buffer): { bytes: Buffer; isAnimated: boolean } {
  const bytes = Buffer.from(original)
  const top = [...boxesIn(bytes, 0, bytes.length)]
  for (const box of top) {
    if (box.type === 'meta') stripItems(bytes, box)
    if (box.type === 'moov') stripTrackMetadata(bytes, box)
    if (box.type === 'uuid' || box.type === 'udta' || box.type === 'free' || box.type === 'skip') clear(bytes, box)
  }
  // Bytes after the last box do not belong to the picture.
  const isAnimated = top.some(({ type }) => type === 'moov')
  return { bytes: bytes.subarray(0, top.at(-1)?.end ?? 0), isAnimated }
}

function stripItems(bytes: Buffer, meta: Box): void {
  const inside = [...boxesIn(bytes, meta.body + 4, meta.end)]
  const find = (type: string) => inside.find((box) => box.type === type)
  const [iinf, iloc, idat] = [find('iinf'), find('iloc'), find('idat')]
  const metadataIds = iinf ? retypeMetadataItems(bytes, iinf) : new Set<number>()
  if (iloc) for (const { start, end } of extentsOf(bytes, iloc, idat, metadataIds)) bytes.fill(0, start, end)
  for (const box of inside) if (box.type === 'uuid' || box.type === 'udta') clear(bytes, box)
}

/** Finds the items that are EXIF or XMP, and gives them a type that nobody reads. @returns their ids */
function retypeMetadataItems(bytes: Buffer, iinf: Box): Set<number> {
  const metadataIds = new Set<number>()
  for (const { type, body, end } of boxesIn(bytes, iinf.body + (bytes[iinf.body] === 0 ? 6 : 8), iinf.end)) {
    const version = bytes[body]!
    if (type !== 'infe' || version < 2) continue
    const typeAt = body + (version === 2 ? 8 : 10)
    if (typeAt + 4 > end || !/Exif|mime|uri /.test(bytes.toString('latin1', typeAt, typeAt + 4))) continue
    metadataIds.add(version === 2 ? bytes.readUInt16BE(body + 4) : bytes.readUInt32BE(body + 4))
    bytes.write('skip', typeAt, 'latin1')
    bytes.fill(0, typeAt + 4, end)
  }
  return metadataIds
}

function extentsOf(bytes: Buffer, { body, end }: Box, idat: Box | undefined, ids: ReadonlySet<number>): Extent[] {
  const version = bytes[body]!
  const [sizes, more] = [bytes[body + 4]!, bytes[body + 5]!]
  const [offsetSize, lengthSize, baseSize] = [sizes >> 4, sizes & 0xf, more >> 4]
  const indexSize = version === 0 ? 0 : more & 0xf
  const idSize = version < 2 ? 2 : 4
  let at = body + 6
  const take = (size: number) => {
    if (at + size > end) throw new Error('This AVIF claims more than it contains.')
    const value = size === 0 ? 0 : size === 8 ? Number(bytes.readBigUInt64BE(at)) : bytes.readUIntBE(at, size)
    at += size
    return value
  }
  const extents: Extent[] = []
  for (let left = take(idSize); left > 0; left--) {
    const id = take(idSize)
    const isInIdat = version > 0 && (take(2) & 0xf) === 1
    take(2)
    const base = take(baseSize) + (isInIdat ? (idat?.body ?? bytes.length) : 0)
    for (let parts = take(2); parts > 0; parts--) {
      take(indexSize)
      const start = base + take(offsetSize)
      const length = take(lengthSize)
      if (!ids.has(id)) continue
      if (start + length > bytes.length) throw new Error('This AVIF claims more than it contains.')
      extents.push({ start, end: start + length })
    }
  }
  return extents
}

/** Erases the metadata of an animated picture's tracks. */
function stripTrackMetadata(bytes: Buffer, parent: Box): void {
  for (const box of boxesIn(bytes, parent.body, parent.end)) {
    if (box.type === 'udta' || box.type === 'uuid' || box.type === 'meta') clear(bytes, box)
    else if (CONTAINERS.has(box.type)) stripTrackMetadata(bytes, box)
  }
}

function clear(bytes: Buffer, { start, body, end }: Box): void {
  bytes.write('free', start + 4, 'latin1')
  bytes.fill(0, body, end)
}

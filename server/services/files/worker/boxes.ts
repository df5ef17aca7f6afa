/**
 * A box of the ISO base media file format (MP4, MOV, HEIF, AVIF; ISO/IEC 14496-12). Offsets are from the first byte.
 */
export interface Box {
  type: string
  start: number
  /** Where its content begins. */
  body: number
  end: number
}

/** The boxes from `start` to `end`, one after the other. Stops at the first box that does not fit into that range. */
export function* boxesIn(bytes: Buffer, start: number, end: number): Generator<Box> {
  for (let at = start; at + 8 <= end;) {
    const small = bytes.readUInt32BE(at)
    const isLarge = small === 1 && at + 16 <= end
    const body = at + (isLarge ? 16 : 8)
    // A size of 0 means up to the end.
    const size = isLarge ? Number(bytes.readBigUInt64BE(at + 8)) : small || end - at
    if (size < body - at || at + size > end) return
    yield { type: bytes.toString('latin1', at + 4, at + 8), start: at, body, end: at + size }
    at += size
  }
}

/** Types of boxes that contain boxes, in videos and sounds. */
export const CONTAINERS = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl', 'edts', 'mvex', 'moof', 'traf', 'mfra'])

/** All boxes, including nested ones. A box comes before its content. */
export function* allBoxes(bytes: Buffer, start = 0, end = bytes.length): Generator<Box> {
  for (const box of boxesIn(bytes, start, end)) {
    yield box
    if (CONTAINERS.has(box.type)) yield* allBoxes(bytes, box.body, box.end)
  }
}

import { invalidField } from '#shared/errors'
import { allBoxes, type Box } from './boxes'
import { elementsIn, MATROSKA } from './matroska'

/** For each table: the offset of its number of entries, from the end of the box's header, and the bytes of an entry. */
const TABLES: Record<string, { count: number; entry: number }> = {
  stts: { count: 4, entry: 8 },
  ctts: { count: 4, entry: 8 },
  stsc: { count: 4, entry: 12 },
  stco: { count: 4, entry: 4 },
  co64: { count: 4, entry: 8 },
  stss: { count: 4, entry: 4 },
  elst: { count: 4, entry: 12 },
  sbgp: { count: 8, entry: 8 },
  tfra: { count: 12, entry: 11 },
}
/**
 * Flags of a `trun` box. Each adds a field of four bytes: `before` adds one to the box, `each` adds one to every frame.
 */
const RUN_FIELDS = { before: [0x1, 0x4], each: [0x100, 0x200, 0x400, 0x800] }

/**
 * Refuses a sound whose tables claim more entries than its bytes can hold, or more frames than are allowed. This runs
 * before a parser allocates lists for them.
 * @throws AppError INVALID
 */
export function requirePossibleCounts(bytes: Buffer, maxFrames: number): void {
  let frames = 0
  for (const box of allBoxes(bytes)) {
    const table = countOf(bytes, box)
    if (table && (table.count * table.entry > table.available || table.count > maxFrames)) throw impossible()
    if (box.type === 'stts' || box.type === 'ctts') requireFewFrames(bytes, box, maxFrames)
    if (box.type === 'trun' || box.type === 'stsz' || box.type === 'stz2') frames += table?.count ?? 0
    if (frames > maxFrames) throw impossible()
  }
  if (bytes.readUInt32BE(0) === MATROSKA.Header) requirePossibleLaces(bytes, maxFrames)
}

/** A table's claimed number of entries, the bytes of one, and the bytes that the box has for them. Null: no table. */
function countOf(bytes: Buffer, { type, body, end }: Box): { count: number; entry: number; available: number } | null {
  const at = (offset: number) => (body + offset + 4 <= end ? bytes.readUInt32BE(body + offset) : 0)
  if (type === 'stsz') return { count: at(8), entry: at(4) === 0 ? 4 : 0, available: end - body - 12 }
  if (type === 'stz2') return { count: at(8), entry: (at(4) & 0xff) / 8, available: end - body - 12 }
  if (type === 'trun') {
    const has = (flags: readonly number[]) => flags.filter((flag) => at(0) & flag).length * 4
    return { count: at(4), entry: has(RUN_FIELDS.each), available: end - body - 8 - has(RUN_FIELDS.before) }
  }
  const table = TABLES[type]
  return table ? { count: at(table.count), entry: table.entry, available: end - body - table.count - 4 } : null
}

/** Counts the frames of a table of times. Each entry says how many frames it is for. @throws AppError INVALID */
function requireFewFrames(bytes: Buffer, { body, end }: Box, maxFrames: number): void {
  let frames = 0
  for (let at = body + 8; at + 8 <= end && frames <= maxFrames; at += 8) frames += bytes.readUInt32BE(at)
  if (frames > maxFrames) throw impossible()
}

/**
 * Counts the frames in Matroska blocks. A block has up to 256 frames of at least one byte each.
 * @throws AppError INVALID
 */
function requirePossibleLaces(bytes: Buffer, maxFrames: number): void {
  let frames = 0
  for (const { id, body, end } of elementsIn(bytes)) {
    if (id !== MATROSKA.SimpleBlock && id !== MATROSKA.Block) continue
    // A block begins with the track's number (one byte or more), two bytes of time, and the flags.
    const isLaced = body + 4 < end && (bytes[body + 3]! & 0x06) !== 0
    const count = isLaced ? bytes[body + 4]! + 1 : 1
    frames += count
    if (count > end - body || frames > maxFrames) throw impossible()
  }
}

function impossible(): Error {
  return invalidField('mime', 'unreadable', 'This voice message cannot be played.')
}

import { invalidField } from '#shared/errors'
import { allBoxes, type Box } from './boxes'
import { elementsIn, MATROSKA } from './matroska'

/** Where a table's number of entries stands behind its box's header, and how many bytes each entry takes. */
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
/** Flags of a run of frames that give each frame a field of its own of four bytes; the first two stand before them. */
const RUN_FIELDS = { before: [0x1, 0x4], each: [0x100, 0x200, 0x400, 0x800] }

/**
 * Refuses a sound whose tables name more entries than its bytes can hold, or more frames than it may have, before a
 * parser makes lists of them.
 * @throws AppError INVALID
 */
export function demandPossibleCounts(bytes: Buffer, maxFrames: number): void {
  let frames = 0
  for (const box of allBoxes(bytes)) {
    const table = countOf(bytes, box)
    if (table && (table.count * table.entry > table.room || table.count > maxFrames)) throw impossible()
    if (box.type === 'stts' || box.type === 'ctts') demandFewFrames(bytes, box, maxFrames)
    if (box.type === 'trun' || box.type === 'stsz' || box.type === 'stz2') frames += table?.count ?? 0
    if (frames > maxFrames) throw impossible()
  }
  if (bytes.readUInt32BE(0) === MATROSKA.Header) demandPossibleLaces(bytes, maxFrames)
}

function countOf(bytes: Buffer, { type, body, end }: Box): { count: number; entry: number; room: number } | null {
  const at = (offset: number) => (body + offset + 4 <= end ? bytes.readUInt32BE(body + offset) : 0)
  if (type === 'stsz') return { count: at(8), entry: at(4) === 0 ? 4 : 0, room: end - body - 12 }
  if (type === 'stz2') return { count: at(8), entry: (at(4) & 0xff) / 8, room: end - body - 12 }
  if (type === 'trun') {
    const has = (flags: readonly number[]) => flags.filter((flag) => at(0) & flag).length * 4
    return { count: at(4), entry: has(RUN_FIELDS.each), room: end - body - 8 - has(RUN_FIELDS.before) }
  }
  const table = TABLES[type]
  return table ? { count: at(table.count), entry: table.entry, room: end - body - table.count - 4 } : null
}

/** Tables of times say for how many frames each of their entries is good. */
function demandFewFrames(bytes: Buffer, { body, end }: Box, maxFrames: number): void {
  let frames = 0
  for (let at = body + 8; at + 8 <= end && frames <= maxFrames; at += 8) frames += bytes.readUInt32BE(at)
  if (frames > maxFrames) throw impossible()
}

/** A block of Matroska may hold up to 256 frames, which take a byte each at least. */
function demandPossibleLaces(bytes: Buffer, maxFrames: number): void {
  let frames = 0
  for (const { id, body, end } of elementsIn(bytes)) {
    if (id !== MATROSKA.SimpleBlock && id !== MATROSKA.Block) continue
    // A track's number of one byte or more, two bytes of time, the flags.
    const isLaced = body + 4 < end && (bytes[body + 3]! & 0x06) !== 0
    const count = isLaced ? bytes[body + 4]! + 1 : 1
    frames += count
    if (count > end - body || frames > maxFrames) throw impossible()
  }
}

function impossible(): Error {
  return invalidField('mime', 'unreadable', 'No recorder makes a voice message like this.')
}

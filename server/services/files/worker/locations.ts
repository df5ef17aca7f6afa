import { boxesIn, CONTAINERS, type Box } from './boxes'
import type { Source } from './protocol'
import { asVoid, elementAt, MATROSKA, type Element } from './matroska'
import type { Patch } from '../../../storage/types'
import { Window } from './window'

/** The most bytes of a video's metadata that are read. Two hours of video have about ten million. */
const MAX_DESCRIPTION_BYTES = 24 * 1024 ** 2
/** Boxes that hold the location of a video: Apple's, 3GPP's, and those that Adobe and cameras write. */
const LOCATION_BOXES = new Set(['\xa9xyz', 'loci', 'XMP_', 'gps ', 'GPS ', 'GPSL'])
/** Names of locations in lists of named values: Apple's `com.apple.quicktime.location.ISO6709`, and XMP's names. */
const LOCATION_NAME = /location|GPSL|\xa9xyz/
const XMP_UUID = Buffer.from('be7acfcb97a942e89c71999491e3afac', 'hex')
/** Kinds of tracks that record locations along with the video: GoPro's, Google's, and Apple's timed metadata. */
const LOCATION_TRACK = /gpmd|camm|mebx/
/** How many bytes at the end of a Matroska file are searched for its tags. */
const TAIL_BYTES = 256 * 1024

/**
 * Finds the bytes of a video or sound that must be overwritten to remove the location where it was taken. Nothing
 * moves: every patch has the length of what it replaces. Only the metadata is read, not the video.
 * @param mime the type by the first bytes
 * @returns the patches; none for other types
 */
export async function locationPatches(source: Source, mime: string | undefined): Promise<Patch[]> {
  if (!mime || !/^(?:video|audio)\//.test(mime)) return []
  if (/mp4|m4a|m4v|quicktime|3gpp/.test(mime)) return patchesOfBoxes(source)
  return /webm|matroska/.test(mime) ? patchesOfElements(source) : []
}

async function patchesOfBoxes(source: Source): Promise<Patch[]> {
  const patches: Patch[] = []
  const window = new Window(source)
  let bytesLeft = MAX_DESCRIPTION_BYTES
  for (let at = 0; at + 8 <= source.size;) {
    const head = await window.peek(at, 16)
    if (!head) break
    const size = head.readUInt32BE(0)
    const length = size === 1 && head.length === 16 ? Number(head.readBigUInt64BE(8)) : size || source.size - at
    if (length < 8 || at + length > source.size) break
    if (/moov|udta|meta|uuid/.test(head.toString('latin1', 4, 8)) && length <= bytesLeft) {
      bytesLeft -= length
      const bytes = await source.read({ start: at, end: at + length - 1 })
      patches.push(
        ...patchesOf(bytes, 0, bytes.length).map((patch) => ({
          ...patch,
          start: patch.start + at,
          end: patch.end + at,
        })),
      )
    }
    at += length
  }
  return patches
}

/** The patches for one part of a video's metadata. */
function patchesOf(bytes: Buffer, start: number, end: number): Patch[] {
  return [...boxesIn(bytes, start, end)].flatMap((box) => {
    if (hasLocation(bytes, box)) return asFree(box)
    return CONTAINERS.has(box.type) || box.type === 'udta' ? patchesOf(bytes, box.body, box.end) : []
  })
}

function hasLocation(bytes: Buffer, { type, body, end }: Box): boolean {
  const text = () => bytes.toString('latin1', body, end)
  if (type === 'meta') return LOCATION_NAME.test(text())
  if (type === 'uuid') return bytes.subarray(body, body + 16).equals(XMP_UUID) || LOCATION_NAME.test(text())
  if (type === 'trak') return isLocationTrack(bytes, body, end)
  return LOCATION_BOXES.has(type)
}

function isLocationTrack(bytes: Buffer, start: number, end: number): boolean {
  for (const box of boxesIn(bytes, start, end)) {
    if (box.type === 'stsd') return LOCATION_TRACK.test(bytes.toString('latin1', box.body + 12, box.body + 16))
    if (CONTAINERS.has(box.type) && isLocationTrack(bytes, box.body, box.end)) return true
  }
  return false
}

/** Patches that turn a box into a `free` box of the same length, which players skip. */
function asFree({ start, body, end }: Box): Patch[] {
  return [
    { start: start + 4, end: start + 8, head: Buffer.from('free') },
    { start: body, end, head: Buffer.alloc(0) },
  ]
}

async function patchesOfElements(source: Source): Promise<Patch[]> {
  const window = new Window(source)
  const patches: Patch[] = []
  for (let at = 0; at < source.size;) {
    const head = await window.peek(at, 12)
    const found = head && elementAt(head, 0)
    if (!found) break
    const element = { ...found, start: at, body: at + found.body, end: at + found.end }
    if (element.id === MATROSKA.Tags && element.end <= source.size) patches.push(asVoid(element))
    // A cluster with a known length is skipped. Clusters of live recordings do not state theirs, so they are entered.
    const isEntered = element.id === MATROSKA.Segment || (element.id === MATROSKA.Cluster && element.end === Infinity)
    at = isEntered ? element.body : element.end
  }
  const last = await tagsAtEnd(source)
  return last && !patches.some(({ start }) => start === last.start) ? [...patches, asVoid(last)] : patches
}

/**
 * The tags at the end of a file. They are searched for from there, because thousands of clusters may come before them.
 */
async function tagsAtEnd(source: Source): Promise<Element | null> {
  const offset = Math.max(0, source.size - TAIL_BYTES)
  const tail = await source.read({ start: offset, end: source.size - 1 })
  const id = Buffer.from(MATROSKA.Tags.toString(16), 'hex')
  for (let at = tail.indexOf(id); at >= 0; at = tail.indexOf(id, at + 1)) {
    const element = elementAt(tail, at)
    if (!element) continue
    const isLevelOne = element.end === tail.length || (elementAt(tail, element.end)?.id ?? 0) > 0xffffff
    if (element.end <= tail.length && isLevelOne)
      return { ...element, start: offset + element.start, body: offset + element.body, end: offset + element.end }
  }
  return null
}

import type { ConversationRecord } from '../../repositories/conversations'
import { findMessagesBetween, findMessagesBySeq, findSeqAt, type MessageRecord } from '../../repositories/messages'
import { findSegments } from '../../repositories/searchSegments'
import { isEmpty, type Lookups } from './candidates'
import { renewLater } from './indexing'
import { offsetsWith } from './postings'
import { SEGMENT_SIZE, segmentOf } from './segments'

/** The most segments, and messages that they name, that are read at once. */
const MAX_GROUP = 64
const MAX_MESSAGES = 128
const ALL_OFFSETS = Array.from({ length: SEGMENT_SIZE }, (_, offset) => offset)

/** Where a search of a conversation begins and ends. */
export interface WalkBounds {
  /** Only messages with a greater `seq`. */
  from: number
  /** Only messages with a smaller `seq`, if it is known. */
  below?: number
  /** Only messages of this time or before it, in milliseconds. */
  until: number
}

/**
 * Walks backwards through the messages of a conversation that may have what is searched for: first those that are not in
 * the index yet, then the segments that the index names.
 */
export class Walk {
  /** No message that is still to come is newer, in milliseconds. */
  newest: number
  done = false
  /** How many segments were read. */
  segmentsRead = 0
  private groupSize = 1
  private last: MessageRecord | undefined
  private below: number | undefined
  private listed: readonly number[] | undefined

  /** @param candidates the segments that may have what is searched for, the newest first; undefined: any may */
  constructor(
    readonly conversation: ConversationRecord,
    private readonly bounds: WalkBounds,
    private readonly lookups: Lookups,
    candidates?: readonly number[],
  ) {
    this.newest = Math.min(conversation.activeAt.getTime(), bounds.until)
    this.below = bounds.below
    if (conversation.seq <= bounds.from) this.done = true
    if (candidates) this.restrictTo(candidates)
  }

  /** From here on, only these segments are read. @param candidates the newest first */
  restrictTo(candidates: readonly number[]): void {
    this.listed = candidates
    const isIndexed = (this.conversation.indexedSeq ?? 0) >= this.conversation.seq
    if (isIndexed && candidates.length === 0) this.done = true
  }

  /** The next messages that may be found, and some others; the newest first. */
  async read(): Promise<MessageRecord[]> {
    const { conversation, bounds } = this
    const { _id, seq, activeAt } = conversation
    if (this.below === undefined) {
      this.below = 1 + (bounds.until < activeAt.getTime() ? await findSeqAt(_id, bounds.until, seq) : seq)
    }
    const messages = await this.readBelow(this.below)
    if (this.below <= bounds.from + 1) this.done = true
    this.last = messages.at(-1) ?? this.last
    if (this.last) this.newest = Math.min(this.newest, this.last.createdAt.getTime())
    return messages
  }

  private readBelow(below: number): Promise<MessageRecord[]> {
    const { conversation, bounds } = this
    const indexed = isEmpty(this.lookups) ? 0 : (conversation.indexedSeq ?? 0)
    if (below <= indexed + 1) return this.readSegments(below)
    const above = Math.max(indexed, bounds.from, below - 1 - SEGMENT_SIZE)
    this.below = above + 1
    return findMessagesBetween(conversation._id, { above, below }, 'end', SEGMENT_SIZE)
  }

  /** Reads what the next segments name. The oldest message of them is read too, to know how far this has come. */
  private async readSegments(below: number): Promise<MessageRecord[]> {
    const { conversation, bounds } = this
    const numbers = this.nextSegments(segmentOf(below - 1))
    this.groupSize = Math.min(MAX_GROUP, this.groupSize * 4)
    const last = numbers.at(-1)
    if (last === undefined) {
      this.done = true
      return []
    }
    const segments = await findSegments(conversation._id, numbers)
    this.segmentsRead += segments.length
    const end = Math.max(last * SEGMENT_SIZE, bounds.from) + 1
    const seqs = segments.flatMap((segment) => {
      if (!segment.postings) renewLater(conversation._id.toString(), segment.number)
      const offsets = offsetsWith(segment.postings, this.lookups) ?? ALL_OFFSETS
      return offsets.map((offset) => segment.number * SEGMENT_SIZE + 1 + offset)
    })
    const wanted = new Set(seqs.filter((seq) => seq >= end && seq < below)).add(end)
    const newest = [...wanted].sort((a, b) => b - a).slice(0, MAX_MESSAGES)
    this.below = newest.at(-1)!
    return findMessagesBySeq(conversation._id, newest)
  }

  /** Where a later search goes on: behind the last message that was read, or at a time. */
  get cursor(): string {
    return this.last?._id.toString() ?? new Date(this.newest + 1).toISOString()
  }

  /** The newest segments up to `from` that may have what is searched for, as many as are read at once. */
  private nextSegments(from: number): number[] {
    const { listed, groupSize } = this
    const next = listed?.findIndex((number) => number <= from) ?? 0
    if (next < 0) return []
    const numbers = listed
      ? listed.slice(next, next + groupSize)
      : Array.from({ length: Math.min(groupSize, from + 1) }, (_, index) => from - index)
    return numbers.filter((number) => (number + 1) * SEGMENT_SIZE > this.bounds.from)
  }
}

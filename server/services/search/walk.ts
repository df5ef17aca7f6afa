import type { ConversationRecord } from '../../repositories/conversations'
import { findMessagesBetween, findSeqAt, type MessageRecord } from '../../repositories/messages'
import { newestCandidates, type Lookups } from './candidates'
import { SEGMENT_SIZE, segmentOf } from './segments'

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
  private last: MessageRecord | undefined
  private below: number | undefined
  private listed: number[] | undefined
  /** The numbers of segments to read, the newest first, and the segment below them from which the index goes on. */
  private piece: number[] = []
  private next: number | undefined

  /** @param candidates the segments to read, the newest first; undefined: the index is asked piece by piece */
  constructor(
    readonly conversation: ConversationRecord,
    private readonly bounds: WalkBounds,
    private readonly lookups: Lookups,
    candidates?: readonly number[],
  ) {
    this.newest = Math.min(conversation.activeAt.getTime(), bounds.until)
    this.listed = candidates && [...candidates]
    this.below = bounds.below
    const isIndexed = (conversation.indexedSeq ?? 0) >= conversation.seq
    if (conversation.seq <= bounds.from || (isIndexed && this.listed?.length === 0)) this.done = true
  }

  /** The next messages, the newest first. */
  async read(): Promise<MessageRecord[]> {
    const { conversation, bounds } = this
    const { _id, seq, activeAt } = conversation
    if (this.below === undefined) {
      this.below = 1 + (bounds.until < activeAt.getTime() ? await findSeqAt(_id, bounds.until, seq) : seq)
    }
    const span = await this.nextSpan(this.below)
    if (!span) {
      this.done = true
      return []
    }
    const messages = await findMessagesBetween(_id, span, 'end', SEGMENT_SIZE)
    this.below = span.above + 1
    if (this.below <= bounds.from + 1) this.done = true
    this.last = messages.at(-1) ?? this.last
    if (this.last) this.newest = Math.min(this.newest, this.last.createdAt.getTime())
    return messages
  }

  /** Where a later search goes on: behind the last message that was read, or at a time. */
  get cursor(): string {
    return this.last?._id.toString() ?? new Date(this.newest + 1).toISOString()
  }

  /** The `seq` bounds of what to read next. Null: there is nothing left. */
  private async nextSpan(below: number): Promise<{ above: number; below: number } | null> {
    const { conversation, bounds } = this
    const indexed = conversation.indexedSeq ?? 0
    if (below <= bounds.from + 1) return null
    if (below > indexed + 1) return { above: Math.max(indexed, bounds.from, below - 1 - SEGMENT_SIZE), below }
    const number = await this.nextSegment(segmentOf(below - 1))
    if (number === null) return null
    const above = Math.max(number * SEGMENT_SIZE, bounds.from)
    const end = Math.min((number + 1) * SEGMENT_SIZE + 1, below)
    return above + 1 < end ? { above, below: end } : null
  }

  /** The newest segment up to `from` that may have what is searched for. */
  private async nextSegment(from: number): Promise<number | null> {
    if (this.listed) {
      while (this.listed.length > 0 && this.listed[0]! > from) this.listed.shift()
      return this.listed.shift() ?? null
    }
    this.next ??= from
    while (this.piece.length === 0 && this.next >= 0) {
      const { numbers, below } = await newestCandidates(this.conversation._id, this.lookups, this.next)
      this.piece = numbers
      this.next = below
    }
    return this.piece.shift() ?? null
  }
}

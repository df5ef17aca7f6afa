import { countsAsUnread } from '#shared/domain/messages'
import type { Conversation } from '#shared/schemas/conversation'
import type { Message } from '#shared/schemas/message'
import { UnreadMentions } from './unreadMentions'

/** What the server reported of a conversation, as it was at `rev`: `unread` messages lie between the two positions. */
interface Reported {
  lastSeq: number
  lastReadSeq: number
  rev: number
  unread: number
}

/** The part of a message that unread counts need. */
interface Note {
  /** Whether it counted when it was written. */
  counts: boolean
  /** The change that deleted it. */
  deletedRev: number | null
}

/** The number of notes from which those of read messages are removed. */
const MAX_NOTES = 2_000

interface Ledger {
  reported: Reported
  /** By `seq`: the known messages that were unread at the server's report. */
  notes: Map<number, Note>
}

/**
 * Derives unread counts from the server's report and from every message, deletion and reading since. No count is
 * stored, so events may come twice, late, or in any order.
 */
export class Unread {
  private readonly byId = new Map<string, Ledger>()
  readonly mentions = new UnreadMentions()

  /** Applies the server's report on a conversation. A report that is older than the known one changes nothing. */
  tell(conversation: Conversation): void {
    this.mentions.tell(conversation)
    const { id, lastSeq, rev, me } = conversation
    const { unread } = me
    // What was cleared no longer counts, like what was read.
    const lastReadSeq = Math.max(me.lastReadSeq, me.clearedSeq ?? 0)
    const ledger = this.byId.get(id)
    if (ledger && ledger.reported.rev > rev) return
    const readHere = ledger?.reported.lastReadSeq ?? 0
    const notes = ledger?.notes ?? new Map<number, Note>()
    for (const known of notes.keys()) if (known <= lastReadSeq) notes.delete(known)
    this.byId.set(id, { reported: { lastSeq, lastReadSeq, rev, unread }, notes })
    this.readUpTo(id, readHere)
  }

  /** Notes a message that was received, new or changed. */
  note(message: Message, readerId: string): void {
    this.mentions.note(message, readerId)
    const { conversationId, seq, rev, kind, senderId, deletedAt } = message
    const ledger = this.byId.get(conversationId)
    if (!ledger || seq <= ledger.reported.lastReadSeq) return
    const counts = countsAsUnread({ kind, isDeleted: false, senderId }, readerId)
    // A deleted message stays deleted, although an older state of it may come later.
    const deletedRev = ledger.notes.get(seq)?.deletedRev ?? (deletedAt === null ? null : rev)
    ledger.notes.set(seq, { counts, deletedRev })
  }

  /**
   * Notes that everything up to `seq` has been read.
   * @returns false if the count is a guess from now on, because some read and some unread messages were never received
   * here
   */
  readUpTo(id: string, seq: number): boolean {
    const ledger = this.byId.get(id)
    if (!ledger || seq <= ledger.reported.lastReadSeq) return true
    const { reported, notes } = ledger
    const end = Math.min(seq, reported.lastSeq)
    const countedBefore = within(notes, reported.lastReadSeq, end).filter((note) =>
      countedAt(note, reported.rev),
    ).length
    const later = within(notes, end, reported.lastSeq)
    const countedLater = later.filter((note) => countedAt(note, reported.rev)).length
    const unknown = {
      read: end - reported.lastReadSeq - within(notes, reported.lastReadSeq, end).length,
      left: reported.lastSeq - end - later.length,
    }
    const counted = Math.max(0, reported.unread - countedBefore - countedLater)
    const uncounted = Math.max(0, unknown.read + unknown.left - counted)
    // Messages that do not count are assumed to be the newest, because earlier ones have been on a screen.
    const left = unknown.read <= 0 ? counted : Math.max(0, unknown.left - uncounted)
    // The server may not know of it yet, and report its count from before once more.
    if (notes.size > MAX_NOTES) for (const known of notes.keys()) if (known <= seq) notes.delete(known)
    ledger.reported = {
      ...reported,
      lastReadSeq: seq,
      unread: countedLater + Math.min(left, Math.max(0, unknown.left)),
    }
    const isSure = unknown.read <= 0 || unknown.left <= 0 || uncounted === 0
    return isSure && this.mentions.isSure(id, seq)
  }

  /** Unread messages of a conversation that ends at `lastSeq`. */
  count(id: string, lastSeq: number): number {
    const ledger = this.byId.get(id)
    if (!ledger) return 0
    const { reported, notes } = ledger
    const deletedSince = within(notes, reported.lastReadSeq, reported.lastSeq).filter(
      (note) => countedAt(note, reported.rev) && note.deletedRev !== null,
    ).length
    const from = Math.max(reported.lastSeq, reported.lastReadSeq)
    const notCounting = within(notes, from, lastSeq).filter((note) => !note.counts || note.deletedRev !== null).length
    return Math.max(0, reported.unread - deletedSince) + Math.max(0, lastSeq - from - notCounting)
  }

  forget(id: string): void {
    this.byId.delete(id)
    this.mentions.forget(id)
  }
}

/** Whether a message was part of an unread count at a change. */
function countedAt({ counts, deletedRev }: Note, rev: number): boolean {
  return counts && (deletedRev === null || deletedRev > rev)
}

/** Those with `after < seq <= end`. */
function within(notes: ReadonlyMap<number, Note>, after: number, end: number): Note[] {
  return [...notes].flatMap(([seq, note]) => (seq > after && seq <= end ? note : []))
}

import { mentionsReader } from '#shared/domain/messages'
import type { Conversation } from '#shared/schemas/conversation'
import type { Message } from '#shared/schemas/message'

/** The part of a message that mentions need: its newest known state. */
interface Note {
  rev: number
  isMention: boolean
}

interface Ledger {
  /** The server's report as it was at this change: the mentions that it named, and how many more there are. */
  rev: number
  lastSeq: number
  reported: ReadonlySet<number>
  unnamed: number
  /** By `seq`: the messages that were received since. */
  notes: Map<number, Note>
}

/**
 * Derives which unread messages mention the reader, from the server's report and from every message since. As the report
 * names them, an edit or a deletion takes back exactly its own, in whatever order events come.
 */
export class UnreadMentions {
  private readonly byId = new Map<string, Ledger>()

  /** Applies the server's report on a conversation. A report that is older than the known one changes nothing. */
  tell({ id, rev, lastSeq, me }: Conversation): void {
    const ledger = this.byId.get(id)
    if (ledger && ledger.rev > rev) return
    // A conversation that an older version of the page has cached names none.
    const { mentions, mentionSeqs = [] } = me
    const notes = new Map([...(ledger?.notes ?? [])].filter(([seq, note]) => note.rev > rev && seq > me.lastReadSeq))
    const unnamed = mentionSeqs.length > 0 ? mentions - mentionSeqs.length : 0
    this.byId.set(id, { rev, lastSeq, reported: new Set(mentionSeqs), unnamed, notes })
  }

  /** Notes a message that was received, new or changed. */
  note(message: Message, readerId: string): void {
    const notes = this.byId.get(message.conversationId)?.notes
    const { seq, rev, kind, senderId, deletedAt } = message
    if (!notes || (notes.get(seq)?.rev ?? 0) >= rev) return
    const isMention = kind === 'text' && !deletedAt && senderId !== readerId && mentionsReader(message, readerId)
    notes.set(seq, { rev, isMention })
  }

  /** The unread mentions of a conversation as it is now: their `seq`, ascending, and how many there are. */
  find({ id, me }: Conversation): { mentions: number; mentionSeqs: number[] } {
    const lastReadSeq = Math.max(me.lastReadSeq, me.clearedSeq ?? 0)
    const ledger = this.byId.get(id)
    if (!ledger) return { mentions: 0, mentionSeqs: [] }
    const seqs = new Set(ledger.reported)
    const named = Math.max(0, ...seqs)
    for (const [seq, { rev, isMention }] of ledger.notes) {
      if (rev <= ledger.rev || (ledger.unnamed > 0 && seq > named && seq <= ledger.lastSeq)) continue
      if (isMention) seqs.add(seq)
      else seqs.delete(seq)
    }
    const mentionSeqs = [...seqs].filter((seq) => seq > lastReadSeq).sort((one, other) => one - other)
    const unnamed = lastReadSeq >= ledger.lastSeq ? 0 : ledger.unnamed
    return { mentions: mentionSeqs.length + unnamed, mentionSeqs }
  }

  /** Whether the count after a read position is exact: mentions that the server has not named may have been read. */
  isSure(id: string, lastReadSeq: number): boolean {
    const ledger = this.byId.get(id)
    if (!ledger || ledger.unnamed === 0 || lastReadSeq >= ledger.lastSeq) return true
    return lastReadSeq <= Math.max(...ledger.reported)
  }

  forget(id: string): void {
    this.byId.delete(id)
  }
}

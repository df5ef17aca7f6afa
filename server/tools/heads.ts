import type { Doc } from '../embedded/bson/document'

interface Messages {
  count: number
  seq: number
  rev: number
}

/**
 * Compares the counters of conversations with their messages and members. It needs memory for each conversation, and
 * none for a message.
 */
export class Heads {
  private readonly messages = new Map<string, Messages>()
  private readonly members = new Map<string, number>()
  private readonly conversations = new Map<string, { seq: number; rev: number; memberCount: number }>()

  /** Adds a document of a collection. */
  add(collection: string, doc: Doc): void {
    if (collection === 'conversations') {
      this.conversations.set(String(doc._id), {
        seq: Number(doc.seq),
        rev: Number(doc.rev),
        memberCount: Number(doc.memberCount),
      })
    } else if (collection === 'memberships') {
      const id = String(doc.conversationId)
      this.members.set(id, (this.members.get(id) ?? 0) + 1)
    } else if (collection === 'messages') {
      const id = String(doc.conversationId)
      const { count, seq, rev } = this.messages.get(id) ?? { count: 0, seq: 0, rev: 0 }
      this.messages.set(id, {
        count: count + 1,
        seq: Math.max(seq, Number(doc.seq)),
        rev: Math.max(rev, Number(doc.rev)),
      })
    }
  }

  damage(): string[] {
    return [...this.conversations].flatMap(([id, { seq, rev }]) => {
      const end = this.messages.get(id) ?? { count: 0, seq: 0, rev: 0 }
      return [
        ...(seq > end.seq || rev > end.rev
          ? [
              `Conversation ${id} counts ${seq} messages and ${rev} changes; its messages end at ${end.seq} and ${end.rev}.`,
            ]
          : []),
        ...(end.count !== end.seq
          ? [`Conversation ${id} has ${end.count} messages, of which the last is number ${end.seq}.`]
          : []),
      ]
    })
  }

  notes(): string[] {
    let behind = 0
    let miscounted = 0
    for (const [id, { seq, rev, memberCount }] of this.conversations) {
      const end = this.messages.get(id)
      if (end && (seq < end.seq || rev < end.rev)) behind++
      if (memberCount !== (this.members.get(id) ?? 0)) miscounted++
    }
    const gone = [...this.messages.keys()].filter((id) => !this.conversations.has(id)).length
    return [
      ...(behind > 0
        ? [`${behind} conversations are behind their newest messages, as while a server writes; each start mends that.`]
        : []),
      ...(miscounted > 0 ? [`${miscounted} conversations count other members than they have.`] : []),
      ...(gone > 0
        ? [
            `${gone} conversations are gone and some of their messages are not: a deletion that goes on at the next start.`,
          ]
        : []),
    ]
  }
}

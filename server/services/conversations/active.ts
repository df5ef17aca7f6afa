import { findConversation, withHead, type ConversationRecord } from '../../repositories/conversations'
import { onConversationChanged } from '../../repositories/changes'
import { findMembers, type MembershipRecord } from '../../repositories/memberships'

/** Conversations and memberships that are held at the most, together; the ones that were asked for least recently go. */
const MAX_RECORDS = 100_000
/** Milliseconds after which a copy is read anew, in case its change was announced by nobody: a task that died over it. */
const MAX_AGE_MS = 60_000

interface Copy {
  conversation: ConversationRecord
  /** Members only: that somebody is none is asked each time, so strangers take no place here. */
  members: Map<string, MembershipRecord>
  readAt: number
}

/** Somebody's membership, and the conversation that it is in. */
export interface ActiveMember {
  conversation: ConversationRecord
  membership: MembershipRecord
}

interface Source {
  findConversation(id: string): Promise<ConversationRecord | null>
  findMembers(id: string, userIds: readonly string[]): Promise<MembershipRecord[]>
}

/**
 * The conversations that are active on this task, with those of their members who do something: what every send, edit,
 * typing and reading asks for. A copy is dropped by the announcement of a change, which travels on the ordered channel
 * that carries the events; while that channel is cut, nothing is held and each question goes to the database.
 */
export class ActiveConversations {
  private readonly copies = new Map<string, Copy>()
  private records = 0
  /** Grows when a copy may have become wrong: an answer that was under way then is not kept. */
  private drops = 0
  /** The channel's losses when the copies were made. */
  private heldSince: number | null = 0
  private losses: () => number | null = () => 0

  constructor(
    private readonly source: Source,
    private readonly maxRecords = MAX_RECORDS,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Says how often changes elsewhere may have passed this task by; null: they do so now, and the database is asked each
   * time.
   */
  watchLosses(losses: () => number | null): void {
    this.losses = losses
  }

  /** A person's membership of a conversation; null when they are no member, or there is no such conversation. */
  async memberOf(conversationId: string, userId: string): Promise<ActiveMember | null> {
    const { conversation, members } = await this.membersOf(conversationId, [userId])
    const membership = members.get(userId)
    return conversation && membership ? { conversation, membership } : null
  }

  /** A conversation, and those of these people who are members of it, by their id. */
  async membersOf(
    conversationId: string,
    userIds: readonly string[],
  ): Promise<{ conversation: ConversationRecord | null; members: ReadonlyMap<string, MembershipRecord> }> {
    const copy = this.copyOf(conversationId)
    const missing = copy ? userIds.filter((userId) => !copy.members.has(userId)) : userIds
    if (copy && missing.length === 0) return { conversation: withHead(copy.conversation), members: copy.members }
    const asked = this.drops
    const [conversation, found] = await Promise.all([
      copy ? copy.conversation : this.source.findConversation(conversationId),
      this.source.findMembers(conversationId, missing),
    ])
    const members = new Map(found.map((member) => [member.userId.toString(), member]))
    if (!conversation) return { conversation: null, members }
    if (asked === this.drops && found.length > 0) this.keep(conversationId, conversation, members)
    // What was held when the question was asked still answers it: its change, if there was one, came at the same time.
    for (const userId of userIds) {
      const held = copy?.members.get(userId)
      if (held && !members.has(userId)) members.set(userId, held)
    }
    return { conversation: withHead(conversation), members }
  }

  /** Takes in how far a member has read, which changes nobody's rights. */
  noteRead(conversationId: string, userId: string, readSeq: number): void {
    const members = this.copies.get(conversationId)?.members
    const member = members?.get(userId)
    if (member && member.readSeq < readSeq) members!.set(userId, { ...member, readSeq })
  }

  /** Drops what is held of a conversation. */
  drop(conversationId: string): void {
    this.drops++
    const copy = this.copies.get(conversationId)
    if (!copy) return
    this.copies.delete(conversationId)
    this.records -= 1 + copy.members.size
  }

  /** Drops everything: changes may have been missed. */
  dropAll(): void {
    this.drops++
    this.copies.clear()
    this.records = 0
  }

  private copyOf(conversationId: string): Copy | undefined {
    if (!this.isWhole()) return undefined
    const copy = this.copies.get(conversationId)
    if (!copy) return undefined
    if (this.now() - copy.readAt > MAX_AGE_MS) {
      this.drop(conversationId)
      return undefined
    }
    // Last in line again, so that the first in line is what was asked for least recently.
    this.copies.delete(conversationId)
    this.copies.set(conversationId, copy)
    return copy
  }

  /** Whether what is held is still told of its changes; drops it where that was not always so. */
  private isWhole(): boolean {
    const losses = this.losses()
    if (losses !== this.heldSince) {
      this.dropAll()
      this.heldSince = losses
    }
    return losses !== null
  }

  private keep(conversationId: string, conversation: ConversationRecord, members: Map<string, MembershipRecord>): void {
    if (!this.isWhole()) return
    let copy = this.copies.get(conversationId)
    if (!copy) {
      copy = { conversation, members: new Map(), readAt: this.now() }
      this.copies.set(conversationId, copy)
      this.records++
    }
    for (const [userId, member] of members) {
      if (!copy.members.has(userId)) this.records++
      copy.members.set(userId, member)
    }
    for (const oldest of this.copies.keys()) {
      if (this.records <= this.maxRecords) return
      this.drop(oldest)
    }
  }
}

/** What this task knows of the conversations that are active on it. */
export const active = new ActiveConversations({ findConversation, findMembers })
onConversationChanged((id) => active.drop(id))

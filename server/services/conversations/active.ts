import { findConversation, withHead, type ConversationRecord } from '../../repositories/conversations'
import { onConversationChanged } from '../../repositories/changes'
import { findMembers, type MembershipRecord } from '../../repositories/memberships'

/** The most cached records, conversations and memberships together. The least recently used are dropped. */
const MAX_RECORDS = 100_000
/** Milliseconds after which a copy is read again. A task that dies may change a record and never announce it. */
const MAX_AGE_MS = 60_000

interface Copy {
  conversation: ConversationRecord
  /**
   * Members only, by user id. Whether someone else is a member is asked each time, so strangers take no space
   * here.
   */
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
 * A cache of the conversations that are active on this task, and of their active members. Every send, edit, typing and
 * read asks it. The announcement of a change drops a copy; it travels on the ordered channel that carries the events.
 * While that channel is cut, nothing is cached and every question goes to the database.
 */
export class ActiveConversations {
  private readonly copies = new Map<string, Copy>()
  private records = 0
  /** Grows when a copy may have become stale. An answer that was under way at that time is not cached. */
  private drops = 0
  /** The channel's count of losses when the copies were made. */
  private lossesWhenCached: number | null = 0
  private losses: () => number | null = () => 0

  constructor(
    private readonly source: Source,
    private readonly maxRecords = MAX_RECORDS,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Sets the function that counts how often this task may have missed changes elsewhere. Null means that it misses them
   * now, and the database is asked each time.
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

  /**
   * A conversation, and its members among these people.
   * @returns `conversation` null when there is none with this id; `members` by user id, perhaps more than were
   *   asked for
   */
  async membersOf(
    conversationId: string,
    userIds: readonly string[],
  ): Promise<{ conversation: ConversationRecord | null; members: ReadonlyMap<string, MembershipRecord> }> {
    const copy = this.copyOf(conversationId)
    const missing = copy ? userIds.filter((userId) => !copy.members.has(userId)) : userIds
    if (copy && missing.length === 0) return { conversation: withHead(copy.conversation), members: copy.members }
    const dropsBefore = this.drops
    const [conversation, found] = await Promise.all([
      copy ? copy.conversation : this.source.findConversation(conversationId),
      this.source.findMembers(conversationId, missing),
    ])
    const members = new Map(found.map((member) => [member.userId.toString(), member]))
    if (!conversation) return { conversation: null, members }
    // Whether changes were missed is asked first, because it drops the copies, and this answer with them.
    const isCurrent = this.isReliable() && dropsBefore === this.drops
    if (isCurrent && found.length > 0) this.keep(conversationId, conversation, members)
    // Copies from the time of the question still answer it: a change since then happened at the same time.
    for (const userId of userIds) {
      const cached = copy?.members.get(userId)
      if (cached && !members.has(userId)) members.set(userId, cached)
    }
    return { conversation: withHead(conversation), members }
  }

  /** Updates a member's read position in place. It changes nobody's rights, so the copy stays. */
  noteRead(conversationId: string, userId: string, readSeq: number): void {
    const members = this.copies.get(conversationId)?.members
    const member = members?.get(userId)
    if (member && member.readSeq < readSeq) members!.set(userId, { ...member, readSeq })
  }

  /** Drops the copy of a conversation. */
  drop(conversationId: string): void {
    this.drops++
    const copy = this.copies.get(conversationId)
    if (!copy) return
    this.copies.delete(conversationId)
    this.records -= 1 + copy.members.size
  }

  /** Drops every copy. Called when changes may have been missed. */
  dropAll(): void {
    this.drops++
    this.copies.clear()
    this.records = 0
  }

  private copyOf(conversationId: string): Copy | undefined {
    if (!this.isReliable()) return undefined
    const copy = this.copies.get(conversationId)
    if (!copy) return undefined
    if (this.now() - copy.readAt > MAX_AGE_MS) {
      this.drop(conversationId)
      return undefined
    }
    // Moves it to the end of the map, so that the first entry is the least recently used.
    this.copies.delete(conversationId)
    this.copies.set(conversationId, copy)
    return copy
  }

  /** Whether changes reach the cache now. Drops every copy if some may have been missed since the copies were made. */
  private isReliable(): boolean {
    const losses = this.losses()
    if (losses !== this.lossesWhenCached) {
      this.dropAll()
      this.lossesWhenCached = losses
    }
    return losses !== null
  }

  private keep(conversationId: string, conversation: ConversationRecord, members: Map<string, MembershipRecord>): void {
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

/** The cache of this task. */
export const active = new ActiveConversations({ findConversation, findMembers })
onConversationChanged((id) => active.drop(id))

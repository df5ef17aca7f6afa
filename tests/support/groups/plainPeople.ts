/**
 * A group as a person would explain it on paper: plain lists, a number for a rank, and the rules spelled out where they
 * are used. It shares no code with the code that is tested.
 */
const RANK: Record<string, number> = { member: 0, moderator: 1, admin: 2, owner: 3 }
export const roleOf = (rank: number) => Object.keys(RANK)[rank]!

/** The lowest rank that has each right, by default. */
const NEEDED: Record<string, number> = {
  sendText: 0,
  sendImage: 0,
  sendFile: 0,
  sendVoice: 0,
  sendLink: 0,
  react: 0,
  mentionAll: 1,
  pin: 1,
  editOwn: 0,
  deleteOwn: 0,
  deleteAny: 1,
  invite: 1,
  approveJoin: 1,
  remove: 1,
  ban: 1,
  restrict: 1,
  editInfo: 2,
  manageRoles: 2,
  managePermissions: 2,
  viewAudit: 2,
  deleteGroup: 3,
}
export const RIGHT_NAMES = Object.keys(NEEDED)

export interface PlainMember {
  rank: number
  allow: string[]
  deny: string[]
  until: number | null
  joined: number
  read: number
  edited: number
}
export interface PlainMessage {
  by: string
  text: string | null
  isNotice: boolean
  at: number
  edited: boolean
  quotes: number
  excerpt: string
  /** Who has reacted, by emoji, in the order in which each emoji was first used. */
  reactions: Map<string, Set<string>>
  /** When it was pinned, among all pins. 0: it is not pinned. */
  pinned: number
  /** The seq of the first message of its thread; 0: it answers nothing. */
  thread: number
  /** How many messages answer it. */
  replies: number
  /** Whom the text mentions: only people who were members when it was written, and 'all'. */
  mentions: string[]
}
export interface PlainLink {
  by: string
  usesLeft: number
  gone: boolean
}
export type Outcome = 'ok' | 'pending' | 'NOT_FOUND' | 'FORBIDDEN' | 'CONFLICT' | 'INVALID' | 'RATE_LIMITED'

/** The people of a group and what they may do. The messages are in plainGroup.ts. */
export class PlainPeople {
  exists = true
  name = 'A group'
  description = ''
  slow = 0
  sinceJoining = false
  approval = false
  needed = { ...NEEDED }
  now = 0
  readonly members = new Map<string, PlainMember>()
  readonly banned = new Set<string>()
  readonly asking = new Set<string>()
  readonly keptRestrictions = new Map<string, { allow: string[]; deny: string[]; until: number | null }>()
  readonly messages: PlainMessage[] = []
  readonly links: PlainLink[] = []

  constructor(owner: string, others: string[]) {
    for (const id of [owner, ...others]) this.enter(id, id === owner ? 3 : 0)
    this.notice(owner)
  }

  private enter(id: string, rank = 0) {
    const seq = this.messages.length
    const { deny, until } = this.own(this.keptRestrictions.get(id) ?? { allow: [], deny: [], until: null })
    this.keptRestrictions.delete(id)
    this.members.set(id, { rank, allow: [], deny, until, joined: seq, read: seq, edited: -Infinity })
    this.asking.delete(id)
  }

  protected notice(by: string) {
    const nothing = {
      edited: false,
      quotes: 0,
      excerpt: '',
      reactions: new Map(),
      pinned: 0,
      thread: 0,
      replies: 0,
      mentions: [],
    }
    this.messages.push({ by, text: '', isNotice: true, at: this.now, ...nothing })
  }

  /** Removes a member. Their restrictions are kept for the time when they come back. */
  private exit(id: string): boolean {
    const member = this.members.get(id)
    if (member && this.own(member).deny.length > 0)
      this.keptRestrictions.set(id, { allow: [], deny: member.deny, until: member.until })
    return this.members.delete(id)
  }

  private own(member: Pick<PlainMember, 'allow' | 'deny' | 'until'>): {
    allow: string[]
    deny: string[]
    until: number | null
  } {
    return member.until === null || member.until > this.now ? member : { allow: [], deny: [], until: null }
  }

  can(id: string, right: string): boolean {
    const member = this.members.get(id)!
    if (member.rank === 3) return true
    if (this.own(member).deny.includes(right)) return false
    return this.own(member).allow.includes(right) || member.rank >= this.needed[right]!
  }

  sees(id: string, seq: number): boolean {
    return !this.sinceJoining || seq > this.members.get(id)!.joined
  }

  unread(id: string): { unread: number; mentionSeqs: number[] } {
    const { read } = this.members.get(id)!
    const unread = this.messages
      .map((message, index) => ({ ...message, seq: index + 1 }))
      .filter(
        ({ by, text, isNotice, seq }) => seq > read && this.sees(id, seq) && by !== id && !isNotice && text !== null,
      )
    const mine = unread.filter(({ mentions }) => mentions.includes(id) || mentions.includes('all'))
    return { unread: unread.length, mentionSeqs: mine.map(({ seq }) => seq) }
  }

  /** NOT_FOUND for people who are no members. FORBIDDEN without the right, or if the target's rank is not lower. */
  protected gate(id: string, right: string, target?: string): Outcome {
    if (!this.exists || !this.members.has(id)) return 'NOT_FOUND'
    if (!this.can(id, right)) return 'FORBIDDEN'
    const other = target === undefined ? undefined : this.members.get(target)
    return other && other.rank >= this.members.get(id)!.rank ? 'FORBIDDEN' : 'ok'
  }

  add(id: string, targets: string[], someUnknown: boolean): Outcome {
    const gate = this.gate(id, 'invite')
    if (gate !== 'ok') return gate
    if (someUnknown) return 'NOT_FOUND'
    if (targets.some((target) => this.banned.has(target))) return 'CONFLICT'
    const fresh = [...new Set(targets)].filter((target) => !this.members.has(target))
    const before = this.messages.length
    for (const target of fresh) this.enter(target)
    if (fresh.length > 0) this.notice(id)
    return before <= this.messages.length ? 'ok' : 'CONFLICT'
  }

  private canLink(id: string): boolean {
    return this.members.has(id) && this.can(id, 'invite')
  }

  /** A link ends when its maker loses the right to make links. It does not come back. */
  private endLinks() {
    for (const link of this.links) link.gone ||= !this.canLink(link.by)
  }

  link(id: string, uses: number): Outcome {
    const gate = this.gate(id, 'invite')
    if (gate === 'ok') this.links.push({ by: id, usesLeft: uses, gone: false })
    return gate
  }

  unlink(id: string, link: PlainLink): Outcome {
    const gate = this.gate(id, 'invite')
    if (gate !== 'ok') return gate
    if (link.gone) return 'NOT_FOUND'
    link.gone = true
    return 'ok'
  }

  accept(id: string, link: PlainLink): Outcome {
    if (!this.exists || link.gone) return 'NOT_FOUND'
    if (this.members.has(id)) return 'ok'
    if (this.banned.has(id)) return 'FORBIDDEN'
    if (this.asking.has(id)) return 'pending'
    if (link.usesLeft === 0 || !this.canLink(link.by)) return 'NOT_FOUND'
    link.usesLeft--
    if (this.approval) {
      this.asking.add(id)
      return 'pending'
    }
    this.enter(id)
    this.notice(id)
    return 'ok'
  }

  answer(id: string, target: string, isWelcome: boolean): Outcome {
    const gate = this.gate(id, 'approveJoin')
    if (gate !== 'ok') return gate
    if (!this.asking.delete(target)) return 'NOT_FOUND'
    if (isWelcome) {
      this.enter(target)
      this.notice(target)
    }
    return 'ok'
  }

  remove(id: string, target: string): Outcome {
    if (id === target) {
      if (!this.exists || !this.members.has(id)) return 'NOT_FOUND'
      if (this.members.get(id)!.rank === 3) return 'FORBIDDEN'
    } else {
      const gate = this.gate(id, 'remove', target)
      if (gate !== 'ok') return gate
      if (!this.members.has(target)) return 'NOT_FOUND'
    }
    this.exit(target)
    this.endLinks()
    this.notice(id)
    return 'ok'
  }

  ban(id: string, target: string): Outcome {
    const gate = this.gate(id, 'ban', target)
    if (gate !== 'ok') return gate
    if (this.banned.has(target)) return 'ok'
    this.banned.add(target)
    this.asking.delete(target)
    if (!this.exit(target)) return 'ok'
    this.endLinks()
    this.notice(id)
    return 'ok'
  }

  unban(id: string, target: string): Outcome {
    const gate = this.gate(id, 'ban')
    if (gate !== 'ok') return gate
    return this.banned.delete(target) ? 'ok' : 'NOT_FOUND'
  }

  setRole(id: string, target: string, rank: number): Outcome {
    if (!this.exists || !this.members.has(id) || !this.members.has(target)) return 'NOT_FOUND'
    const gate = this.gate(id, 'manageRoles', target)
    if (gate !== 'ok') return gate
    if (rank >= this.members.get(id)!.rank) return 'FORBIDDEN'
    this.members.get(target)!.rank = rank
    this.endLinks()
    return 'ok'
  }

  /**
   * Sets a member's exceptions. To deny a right, or to end that, needs `restrict`. To allow one needs `managePermissions` and
   * the right itself.
   */
  override(id: string, target: string, allow: string[], deny: string[], until: number | null): Outcome {
    if (!this.exists || !this.members.has(id) || !this.members.has(target)) return 'NOT_FOUND'
    if (id === target) return 'FORBIDDEN'
    if (until !== null && until <= this.now) return 'INVALID'
    const before = this.own(this.members.get(target)!)
    const differs = (some: string[], others: string[]) =>
      [...some].sort().join() !== [...others].sort().join() || (others.length > 0 && before.until !== until)
    const takes = differs(before.deny, deny)
    const gives = differs(before.allow, allow)
    const gates = [
      takes || !gives ? this.gate(id, 'restrict', target) : 'ok',
      gives ? this.gate(id, 'managePermissions', target) : 'ok',
    ]
    const refused = gates.find((gate) => gate !== 'ok')
    if (refused) return refused
    const given = gives ? allow.filter((right) => before.until !== until || !before.allow.includes(right)) : []
    if (!given.every((right) => this.can(id, right))) return 'FORBIDDEN'
    Object.assign(this.members.get(target)!, { allow, deny, until })
    this.endLinks()
    return 'ok'
  }

  handOver(id: string, target: string): Outcome {
    const [from, to] = [this.members.get(id), this.members.get(target)]
    if (!this.exists || !from) return 'NOT_FOUND'
    if (from.rank < 3 || id === target) return 'FORBIDDEN'
    if (!to) return 'NOT_FOUND'
    Object.assign(to, { rank: 3, allow: [], deny: [], until: null })
    from.rank = 2
    this.endLinks()
    this.notice(id)
    return 'ok'
  }

  describe(id: string, name: string): Outcome {
    const gate = this.gate(id, 'editInfo')
    if (gate !== 'ok') return gate
    if (name !== this.name) this.notice(id)
    this.name = name
    return 'ok'
  }

  configure(id: string, settings: { slow: number; sinceJoining: boolean; approval: boolean }): Outcome {
    const gate = this.gate(id, 'managePermissions')
    if (gate !== 'ok') return gate
    if (Object.entries(settings).some(([name, value]) => this[name as keyof typeof settings] !== value)) this.notice(id)
    Object.assign(this, settings)
    return 'ok'
  }

  permit(id: string, changes: Record<string, number>): Outcome {
    const gate = this.gate(id, 'managePermissions')
    if (gate !== 'ok') return gate
    const { rank } = this.members.get(id)!
    const isBeyond = ([right, lowest]: [string, number]) => lowest !== this.needed[right] && rank < this.needed[right]!
    if (Object.entries(changes).some(isBeyond)) return 'FORBIDDEN'
    Object.assign(this.needed, changes)
    this.endLinks()
    return 'ok'
  }

  end(id: string): Outcome {
    const gate = this.gate(id, 'deleteGroup')
    if (gate === 'ok') this.exists = false
    return gate
  }
}

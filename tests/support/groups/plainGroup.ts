import { PlainPeople, type Outcome, type PlainMessage } from './plainPeople'

/** The plain model of a group, with its messages. */
export class PlainGroup extends PlainPeople {
  send(id: string, text: string, quotes: number): Outcome {
    const gate = this.gate(id, 'sendText')
    if (gate !== 'ok') return gate
    if (text.includes('://') && !this.can(id, 'sendLink')) return 'FORBIDDEN'
    const original = this.messages[quotes - 1]
    if (quotes > 0 && (!original || !this.sees(id, quotes))) return 'NOT_FOUND'
    if (this.mustWait(id)) return 'RATE_LIMITED'
    // A message that was deleted meanwhile is quoted without its text.
    const excerpt = original && !original.isNotice && !this.sinceJoining ? (original.text ?? '') : ''
    const mentions = this.mentioned(id, text)
    const thread = original && !original.isNotice ? original.thread || quotes : 0
    const fresh = {
      isNotice: false,
      at: this.now,
      edited: false,
      reactions: new Map(),
      pinned: 0,
      replies: 0,
      mentions,
    }
    this.messages.push({ by: id, text, quotes, excerpt, thread, ...fresh })
    this.countReplies(thread, 1)
    return 'ok'
  }

  private mentioned(by: string, text: string): string[] {
    const named = [...this.members.keys()].filter((id) => text.includes(`<@${id}>`))
    return text.includes('@all') && this.can(by, 'mentionAll') ? [...named, 'all'] : named
  }

  /** A message that was deleted counts no answers. */
  private countReplies(root: number, by: number) {
    const message = this.messages[root - 1]
    if (message && message.text !== null) message.replies += by
  }

  /** What a person sees of the thread of a message: the seqs of the first one and of the answers. */
  thread(id: string, seq: number): number[] {
    const root = this.messages[seq - 1]!.thread || seq
    const seqs = this.messages.flatMap(({ thread }, index) =>
      index + 1 === root || thread === root ? [index + 1] : [],
    )
    return seqs.filter((one) => this.sees(id, one))
  }

  /** Slow mode: whether a plain member has written or edited too recently. */
  private mustWait(id: string): boolean {
    const member = this.members.get(id)!
    if (this.slow === 0 || member.rank > 0) return false
    const last = this.messages.findLast(({ by, isNotice }) => by === id && !isNotice)
    return this.now < Math.max(last?.at ?? -Infinity, member.edited) + this.slow * 1000
  }

  /** The message with a seq, or the reason why a person may not change it. */
  private reach(id: string, seq: number): PlainMessage | Outcome {
    const message = this.messages[seq - 1]
    if (!this.exists || !this.members.has(id) || !message || !this.sees(id, seq)) return 'NOT_FOUND'
    return message.isNotice ? 'FORBIDDEN' : message
  }

  edit(id: string, seq: number, text: string): Outcome {
    const message = this.reach(id, seq)
    if (typeof message === 'string') return message
    const writes = this.can(id, 'sendText') && (!text.includes('://') || this.can(id, 'sendLink'))
    if (message.by !== id || !this.can(id, 'editOwn') || !writes) return 'FORBIDDEN'
    if (message.text === null) return 'NOT_FOUND'
    if (message.text === text) return 'ok'
    if (this.mustWait(id)) return 'RATE_LIMITED'
    if (this.slow > 0 && this.members.get(id)!.rank === 0) this.members.get(id)!.edited = this.now
    Object.assign(message, { text, edited: true, mentions: this.mentioned(id, text) })
    return 'ok'
  }

  erase(id: string, seq: number): Outcome {
    const message = this.reach(id, seq)
    if (typeof message === 'string') return message
    const gate = message.by === id ? this.gate(id, 'deleteOwn') : this.gate(id, 'deleteAny', message.by)
    if (gate !== 'ok') return gate
    if (message.text !== null) this.countReplies(message.thread, -1)
    Object.assign(message, {
      text: null,
      quotes: 0,
      excerpt: '',
      reactions: new Map(),
      pinned: 0,
      replies: 0,
      mentions: [],
    })
    for (const other of this.messages) if (other.quotes === seq) other.excerpt = ''
    return 'ok'
  }

  react(id: string, seq: number, emoji: string, isAdded: boolean): Outcome {
    const message = this.reach(id, seq)
    if (typeof message === 'string') return message
    if (!this.can(id, 'react')) return 'FORBIDDEN'
    if (message.text === null) return 'NOT_FOUND'
    const who = message.reactions.get(emoji) ?? new Set()
    if (isAdded) message.reactions.set(emoji, who.add(id))
    else if (who.delete(id) && who.size === 0) message.reactions.delete(emoji)
    return 'ok'
  }

  pin(id: string, seq: number, isPinned: boolean): Outcome {
    const message = this.reach(id, seq)
    if (typeof message === 'string') return message
    if (!this.can(id, 'pin')) return 'FORBIDDEN'
    if (message.text === null) return 'NOT_FOUND'
    if (isPinned === message.pinned > 0) return 'ok'
    message.pinned = isPinned ? Math.max(0, ...this.messages.map(({ pinned }) => pinned)) + 1 : 0
    if (isPinned) this.notice(id)
    return 'ok'
  }

  /** The seq of the message in the list: the last one that is not deleted, if the person sees it. */
  lastShown(id: string): number | null {
    const seq = this.messages.findLastIndex(({ text }) => text !== null) + 1
    return this.sees(id, seq) ? seq : null
  }

  /** The seqs of the pins that a person sees, the newest pin first. */
  pins(id: string): number[] {
    const seqs = this.messages.flatMap(({ pinned }, index) => (pinned > 0 ? [index + 1] : []))
    const orderOf = (seq: number) => this.messages[seq - 1]!.pinned
    return seqs.filter((seq) => this.sees(id, seq)).sort((one, other) => orderOf(other) - orderOf(one))
  }

  read(id: string, seq: number): Outcome {
    const member = this.members.get(id)
    if (!this.exists || !member) return 'NOT_FOUND'
    member.read = Math.max(member.read, Math.min(seq, this.messages.length))
    return 'ok'
  }
}

import { shallowReactive } from 'vue'
import type { Message } from '#shared/schemas/message'
import { firstSeq, lastSeq, union, type Messages } from './messageWindow'
import type { OutboxEntry } from '../outbox/outboxEntry'
import { withQuotes } from './quotes'
import { withMine } from './ownReactions'

/** What the message list shows of one conversation. */
export interface ConversationHistory {
  /** Ascending by `seq`, without holes; replaced as a whole, never mutated. */
  readonly messages: Messages
  /** My messages that are not among `messages` yet, in the order of writing. They are shown below all messages. */
  readonly pending: readonly OutboxEntry[]
  readonly hasOlder: boolean
  /** The window does not reach the live end: new messages are counted, not appended. */
  readonly hasNewer: boolean
  readonly loadingOlder: boolean
  readonly loadingNewer: boolean
  readonly state: 'loading' | 'ready' | 'error'
  /**
   * The last change of `messages`. `prepend`: the beginning has grown or shrunk; `append`: the end has; `update`:
   * single messages have changed; `reset`: it is another window.
   */
  readonly lastChange: 'reset' | 'prepend' | 'append' | 'update'
  /** The first message of others that was unread when the conversation was opened. */
  readonly firstUnreadSeq: number | null
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** Syncs that fail to fill a hole before it counts as permanent, after a write that broke off on the server. */
const MAX_GAP_RETRIES = 3

/**
 * The messages of one conversation in this tab, and how far they are complete.
 * It promises that messages ascend without holes, each once and in the newest state that was received. Every change up
 * to `rev` is in it. `rev` never skips a change that was not received, so a sync from there repairs any loss.
 */
export class History {
  readonly view: Mutable<ConversationHistory> = shallowReactive({
    messages: [] as Messages,
    pending: [],
    hasOlder: false,
    hasNewer: false,
    loadingOlder: false,
    loadingNewer: false,
    state: 'loading',
    lastChange: 'reset',
    firstUnreadSeq: null,
  })
  /** Every change up to this one is in the window. */
  rev = 0
  /** Requests under way whose answers may be older than events that arrive meanwhile. */
  private loads = 0
  /** Changes seen beyond `rev` + 1. */
  private readonly ahead = new Set<number>()
  /** Messages that cannot be shown yet, by seq: beyond a hole, or outside of a window that is being loaded. */
  private readonly parked = new Map<number, Message>()
  private vainSyncs = 0
  /** Messages up to this `seq` are hidden from the reader, so the next one follows without a hole. */
  private floor = 0

  constructor(readonly conversationId: string) {}

  /** Whether something is missing before what was received, so that a sync is needed. */
  get hasGap(): boolean {
    if (this.view.state !== 'ready' || this.loads > 0) return false
    return this.ahead.size > 0 || this.hasHole
  }

  /** How often a sync has left the same hole. */
  get patience(): number {
    return this.vainSyncs
  }

  private get hasHole(): boolean {
    return !this.view.hasNewer && [...this.parked.keys()].some((seq) => seq > this.end + 1)
  }

  private get end(): number {
    return Math.max(lastSeq(this.view.messages), this.floor)
  }

  /** Runs a request for a part of this history. Messages that arrive meanwhile wait for its answer. */
  async during<T>(request: () => Promise<T>, apply: (answer: T) => void): Promise<void> {
    this.loads++
    try {
      apply(await request())
    } finally {
      this.loads--
      this.settle()
    }
  }

  /**
   * Replaces the window. Its messages are complete up to `rev`, which was known before the request.
   * @param more.floor the `seq` up to which messages are hidden from the reader
   */
  reset(messages: Messages, more: { rev: number; hasOlder: boolean; hasNewer: boolean; floor?: number }): void {
    this.floor = more.floor ?? 0
    this.advanceTo(more.rev)
    this.view.hasOlder = more.hasOlder
    this.view.hasNewer = more.hasNewer
    this.view.state = 'ready'
    this.vainSyncs = 0
    this.show(messages, 'reset')
  }

  prepend(messages: Messages, hasOlder: boolean): void {
    this.view.hasOlder = hasOlder
    this.show(union(this.view.messages, messages), 'prepend')
  }

  append(messages: Messages, hasNewer: boolean): void {
    this.view.hasNewer = hasNewer
    this.show(union(this.view.messages, messages), 'append')
  }

  /** Removes the surplus at one end, so that a year of history does not fill the memory. */
  trim(end: 'oldest' | 'newest', cap: number): void {
    const { messages } = this.view
    if (messages.length <= cap) return
    if (end === 'oldest') {
      this.view.hasOlder = true
      this.show(messages.slice(-cap), 'prepend')
    } else {
      this.view.hasNewer = true
      this.show(messages.slice(0, cap), 'append')
    }
  }

  /** Applies one change of an event or an acknowledgement. Changes may come in any order, and more than once. */
  receive(received: Message): void {
    const message = withMine(received, this.view.messages[received.seq - firstSeq(this.view.messages)])
    if (message.rev > this.rev) this.ahead.add(message.rev)
    this.advanceTo(this.rev)
    this.insert(message)
    this.settle()
    this.show(withQuotes(this.view.messages, [message]), 'update')
  }

  /** Applies all changes since `rev` that a sync answered. They are complete up to `upTo`. */
  catchUp(messages: Messages, upTo: number): void {
    for (const message of messages) this.insert(message)
    this.drain()
    this.show(withQuotes(this.view.messages, messages), 'update')
    const patient = this.vainSyncs < MAX_GAP_RETRIES
    // Missing messages may be on their way into the database. `rev` stays before them, to ask for them again.
    if (this.hasHole && patient) {
      this.vainSyncs++
      return
    }
    this.acceptHoles()
    this.advanceTo(upTo)
    if (this.ahead.size === 0) return
    if (patient) this.vainSyncs++
    else this.advanceTo(Math.max(...this.ahead))
  }

  private advanceTo(rev: number): void {
    this.rev = Math.max(this.rev, rev)
    for (const seen of this.ahead) if (seen <= this.rev) this.ahead.delete(seen)
    while (this.ahead.delete(this.rev + 1)) this.rev++
  }

  private insert(message: Message): void {
    const waiting = this.parked.get(message.seq)
    if (waiting && waiting.rev >= message.rev) return
    if (this.isWithin(message.seq) || this.canBelong(message.seq)) this.parked.set(message.seq, message)
  }

  /** Whether a message outside the window is needed: at the live end, or while a page is on its way. */
  private canBelong(seq: number): boolean {
    const { state, hasNewer } = this.view
    return this.loads > 0 || (state === 'ready' && !hasNewer && seq > this.end)
  }

  private isWithin(seq: number): boolean {
    const { messages } = this.view
    return messages.length > 0 && seq >= firstSeq(messages) && seq <= lastSeq(messages)
  }

  /**
   * Inserts the parked messages that fit now. Messages beyond a hole stay parked. While a page is on its way all of
   * them stay, because the answer may have older states, which they correct.
   */
  private drain(): void {
    if (this.view.state !== 'ready' || this.parked.size === 0) return
    const { messages, hasNewer } = this.view
    const { end } = this
    let next = end + 1
    const fitting = [...this.parked.values()]
      .sort((one, other) => one.seq - other.seq)
      .filter(({ seq }) => this.isWithin(seq) || (!hasNewer && seq === next && next++))
    this.show(union(messages, fitting), next > end + 1 ? 'append' : 'update')
    if (this.loads > 0) return
    for (const { seq } of fitting) this.parked.delete(seq)
    for (const seq of this.parked.keys()) if (!this.canBelong(seq)) this.parked.delete(seq)
  }

  private settle(): void {
    this.drain()
    if (!this.hasHole && this.ahead.size === 0) this.vainSyncs = 0
  }

  private acceptHoles(): void {
    if (!this.hasHole) return
    const beyond = [...this.parked.values()].filter((message) => message.seq > this.end)
    for (const message of beyond) this.parked.delete(message.seq)
    this.show(union(this.view.messages, beyond), 'append')
  }

  private show(messages: Messages, change: ConversationHistory['lastChange']): void {
    if (messages === this.view.messages) return
    this.view.lastChange = change
    this.view.messages = withQuotes(messages, messages)
  }
}

import type { FanoutListener, FanoutMessage } from './fanout/types'

/**
 * Milliseconds for which an event waits for the one before it. A task publishes some milliseconds after it has written.
 */
const GAP_TIMEOUT_MS = 250
/** The same for the first event that this task gets of a conversation: the one before may have come long ago. */
const FIRST_GAP_TIMEOUT_MS = 30
/** The most conversations whose newest `rev` is remembered. Beyond it all are forgotten and learned again. */
const MAX_KNOWN = 50_000

interface WaitingEvent {
  message: FanoutMessage
  rev: number | undefined
  resolve(): void
}

/**
 * Puts the events of a conversation into the order of their `rev`. Two tasks that write to one conversation may publish
 * in another order than they took their numbers. An event that comes too early waits briefly for the missing ones.
 * Membership changes never wait, and no event waits across one: its position decided who gets it.
 */
export class Sequence {
  private readonly newest = new Map<string, number>()
  private readonly queues = new Map<string, { waiting: WaitingEvent[]; timer: NodeJS.Timeout }>()

  /**
   * @param next called with each message when it is its turn
   * @param gapTimeoutMs milliseconds to wait for a missing event
   */
  constructor(
    private readonly next: FanoutListener,
    private readonly gapTimeoutMs = GAP_TIMEOUT_MS,
  ) {}

  readonly take: FanoutListener = (message) => {
    const id = conversationOf(message)
    if (id === null) return this.next(message)
    if (message.kind !== 'event') {
      this.flush(id)
      return this.next(message)
    }
    const rev = message.step?.rev
    if (!this.queues.has(id) && !this.isEarly(id, rev)) return this.pass(id, rev, message)
    return new Promise<void>((resolve) => {
      this.queueOf(id).push({ message, rev, resolve })
      this.release(id)
    })
  }

  private isEarly(id: string, rev: number | undefined): boolean {
    return rev !== undefined && rev > (this.newest.get(id) ?? 0) + 1
  }

  private pass(id: string, rev: number | undefined, message: FanoutMessage): void | Promise<void> {
    if (rev !== undefined && rev > (this.newest.get(id) ?? 0)) {
      if (this.newest.size >= MAX_KNOWN) this.newest.clear()
      this.newest.set(id, rev)
    }
    return this.next(message)
  }

  private queueOf(id: string): WaitingEvent[] {
    let queue = this.queues.get(id)
    if (!queue) {
      const timeout = this.newest.has(id) ? this.gapTimeoutMs : FIRST_GAP_TIMEOUT_MS
      queue = { waiting: [], timer: setTimeout(() => this.flush(id), timeout) }
      this.queues.set(id, queue)
    }
    return queue.waiting
  }

  /**
   * Passes on every event whose turn it is: an unnumbered one at the head of the queue, or one with the next number.
   */
  private release(id: string): void {
    const queue = this.queues.get(id)
    if (!queue) return
    const { waiting } = queue
    for (;;) {
      const newest = this.newest.get(id) ?? 0
      const turn =
        waiting[0]?.rev === undefined ? 0 : waiting.findIndex(({ rev }) => rev !== undefined && rev <= newest + 1)
      const [one] = turn < 0 ? [] : waiting.splice(turn, 1)
      if (!one) break
      void Promise.resolve(this.pass(id, one.rev, one.message)).then(one.resolve, one.resolve)
    }
    if (waiting.length > 0) return
    clearTimeout(queue.timer)
    this.queues.delete(id)
  }

  /** Passes on everything that waits, without the missing events. */
  private flush(id: string): void {
    for (let queue = this.queues.get(id); queue; queue = this.queues.get(id)) {
      this.newest.set(id, Math.min(...queue.waiting.map(({ rev }) => rev ?? Infinity)) - 1)
      this.release(id)
    }
  }
}

function conversationOf(message: FanoutMessage): string | null {
  if (message.kind === 'joined' || message.kind === 'left') return message.conversationId
  if (message.kind !== 'event') return null
  if (message.step) return message.step.conversationId
  return 'conversationId' in message.to ? message.to.conversationId : null
}

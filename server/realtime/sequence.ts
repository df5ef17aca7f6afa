import type { FanoutListener, FanoutMessage } from './fanout/types'

/** Milliseconds that an event waits for the one before it: a task publishes some milliseconds after it has written. */
const GAP_TIMEOUT_MS = 250
/** And the first one that this task hears of a conversation, when it is not its very first: who knows what came before. */
const FIRST_GAP_TIMEOUT_MS = 30
/** Conversations whose newest `rev` is remembered; past it all are forgotten, and learned anew. */
const MAX_KNOWN = 50_000

interface Held {
  message: FanoutMessage
  rev: number | undefined
  resolve(): void
}

/**
 * Puts the events of a conversation into the order of their `rev`. Two tasks that write to one conversation take their
 * numbers in one order and may publish in the other; what comes too early waits a little for what is missing.
 * Membership changes never wait, and nothing waits across one: who gets an event was decided by where it stood.
 */
export class Sequence {
  private readonly newest = new Map<string, number>()
  private readonly lines = new Map<string, { held: Held[]; timer: NodeJS.Timeout }>()

  /** @param next takes what has its turn */
  constructor(
    private readonly next: FanoutListener,
    private readonly patience = GAP_TIMEOUT_MS,
  ) {}

  readonly take: FanoutListener = (message) => {
    const id = conversationOf(message)
    if (id === null) return this.next(message)
    if (message.kind !== 'event') {
      this.flush(id)
      return this.next(message)
    }
    const rev = message.step?.rev
    if (!this.lines.has(id) && !this.isEarly(id, rev)) return this.pass(id, rev, message)
    return new Promise<void>((resolve) => {
      this.lineOf(id).push({ message, rev, resolve })
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

  private lineOf(id: string): Held[] {
    let line = this.lines.get(id)
    if (!line) {
      const patience = this.newest.has(id) ? this.patience : FIRST_GAP_TIMEOUT_MS
      line = { held: [], timer: setTimeout(() => this.flush(id), patience) }
      this.lines.set(id, line)
    }
    return line.held
  }

  /** Passes what has its turn: the first in line, or whoever has the number that the first waits for. */
  private release(id: string): void {
    const line = this.lines.get(id)
    if (!line) return
    const { held } = line
    for (;;) {
      const newest = this.newest.get(id) ?? 0
      const turn = held[0]?.rev === undefined ? 0 : held.findIndex(({ rev }) => rev !== undefined && rev <= newest + 1)
      const [one] = turn < 0 ? [] : held.splice(turn, 1)
      if (!one) break
      void Promise.resolve(this.pass(id, one.rev, one.message)).then(one.resolve, one.resolve)
    }
    if (held.length > 0) return
    clearTimeout(line.timer)
    this.lines.delete(id)
  }

  /** Waits no longer for what is missing. */
  private flush(id: string): void {
    for (let line = this.lines.get(id); line; line = this.lines.get(id)) {
      this.newest.set(id, Math.min(...line.held.map(({ rev }) => rev ?? Infinity)) - 1)
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

/** A change of a conversation, with the newest message that came with it: where the conversation ends from then on. */
export interface Step {
  conversationId: string
  rev: number
  end?: { seq: number; id: string; at: string }
}

export interface FanoutEvent {
  kind: 'event'
  to: { conversationId: string } | { userIds: string[] }
  /** A whole frame as JSON, made once. */
  event: string
  /** A user who does not get it. */
  except?: string
  /** Which change of which conversation it tells of, if it is one that has a number. */
  step?: Step
}

/** What travels between tasks, on one ordered channel: events, and what changes who gets them. */
export type FanoutMessage =
  | FanoutEvent
  /** From here on these people get the events of this conversation. */
  | { kind: 'joined'; conversationId: string; userIds: string[] }
  /** From here on these people get nothing of this conversation any more. */
  | { kind: 'left'; conversationId: string; userIds: string[] }
  /** Who is in a conversation, or who may do what in it, has changed: what is held of it is out of date. */
  | { kind: 'changed'; conversationId: string }
  | { kind: 'sessionsEnded'; sessionIds: string[] }
  /** A person has come, or has gone from everywhere. */
  | { kind: 'presence'; userId: string; online: boolean; lastSeenAt: string | null }
  /** Some task was cut off: nobody knows what was missed, here or there. */
  | { kind: 'missed' }

/** Called for each message in turn; what it returns is awaited by whoever published, not by the next message. */
export type FanoutListener = (message: FanoutMessage) => void | Promise<void>

/**
 * Carries what one task publishes to every task, itself included, in one order that is the same for all of them.
 */
export interface Fanout {
  /** Whether this task is cut off from the others: what it publishes reaches itself only. */
  readonly alone: boolean
  /** How often this task was cut off: whatever is held by what the channel said holds as long as this number does. */
  readonly losses: number
  /** Resolves when the other tasks can be reached, or when it is clear that for now they cannot. */
  open(): Promise<void>
  /**
   * Resolves when the message has its place in the order and the listeners here have been handed it: what any task
   * publishes after that comes after it, everywhere. Never rejects.
   */
  publish(message: FanoutMessage): Promise<void>
  subscribe(listener: FanoutListener): void
  close(): Promise<void>
}

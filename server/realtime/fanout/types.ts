/** A numbered change of a conversation. `end` is its new last message, if the change added one. */
export interface Step {
  conversationId: string
  rev: number
  end?: { seq: number; id: string; at: string }
}

export interface FanoutEvent {
  kind: 'event'
  to: { conversationId: string } | { userIds: string[] }
  /** The payload of the frame as JSON, made once for all receivers. */
  event: string
  /** A user who does not get it. */
  except?: string
  /** Whose read position the event is, if it is one. Who hides theirs does not get that of others. */
  reader?: string
  /** The numbered change that the event is about, if any. */
  step?: Step
}

/** A message between tasks, on one ordered channel: an event, or a change of who gets events. */
export type FanoutMessage =
  | FanoutEvent
  /** From here on these people get the events of this conversation. */
  | { kind: 'joined'; conversationId: string; userIds: string[] }
  /** From here on these people get no more events of this conversation. */
  | { kind: 'left'; conversationId: string; userIds: string[] }
  /** The members of a conversation, or their rights, have changed: copies of it are out of date. */
  | { kind: 'changed'; conversationId: string }
  | { kind: 'sessionsEnded'; sessionIds: string[] }
  /** A person came online, or went offline on every task. */
  | { kind: 'presence'; userId: string; online: boolean; lastSeenAt: string | null }
  /** Who may see the presence of these people, or whose presence they may see, has changed. */
  | { kind: 'visibility'; userIds: string[] }
  /** Some task was cut off: any task may have missed messages. */
  | { kind: 'missed' }

/** Called for each message in turn. The publisher awaits the promise it returns; the next message does not. */
export type FanoutListener = (message: FanoutMessage) => void | Promise<void>

/**
 * Carries the messages of each task to every task, including itself, in one order that is the same for all.
 */
export interface Fanout {
  /** Whether this task is cut off from the others, so that its messages only reach itself. */
  readonly isCutOff: boolean
  /** How often this task was cut off. Whatever the channel keeps up to date is reliable while this number stays. */
  readonly losses: number
  /**
   * Connects. Resolves when the other tasks can be reached, or when it is clear that they cannot be reached for now.
   */
  open(): Promise<void>
  /**
   * Publishes a message. Resolves when it has its position in the order and the listeners of this task have had it.
   * What any task publishes after that comes after it, everywhere. Never rejects.
   */
  publish(message: FanoutMessage): Promise<void>
  subscribe(listener: FanoutListener): void
  close(): Promise<void>
}

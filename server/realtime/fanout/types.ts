/** What travels between tasks, on one ordered channel: events, and what changes who gets them. */
export type FanoutMessage =
  /** `event` is a whole frame as JSON, made once. `except` names a user who does not get it. */
  | { kind: 'event'; to: { conversationId: string } | { userIds: string[] }; event: string; except?: string }
  /** From here on these people get the events of this conversation. */
  | { kind: 'joined'; conversationId: string; userIds: string[] }
  /** From here on these people get nothing of this conversation any more. */
  | { kind: 'left'; conversationId: string; userIds: string[] }
  | { kind: 'sessionsEnded'; sessionIds: string[] }

/**
 * Carries what one task publishes to every task, itself included.
 * A task's own messages reach it in the order it published them.
 */
export interface Fanout {
  publish(message: FanoutMessage): void
  subscribe(listener: (message: FanoutMessage) => void): void
  close(): Promise<void>
}

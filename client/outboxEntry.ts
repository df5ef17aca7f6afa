/** A message of mine that the server has not yet acknowledged, or (`sent`) that waits for those before it to be shown. */
export interface OutboxEntry {
  readonly clientId: string
  readonly conversationId: string
  readonly text: string
  readonly replyToId: string | null
  readonly createdAt: string
  readonly state: 'queued' | 'sending' | 'sent' | 'failed'
  /** Why it failed: a stable code and the server's words. */
  readonly error: { code: string; message: string } | null
  /** When it is sent again, where the server has asked to wait (slow mode); milliseconds since 1970. */
  readonly retryAt?: number
}

import type { ServerEvents, ServerEventType } from '#shared/protocol/server'
import { channel } from './channel'

/**
 * Tells everyone who is in a conversation, on every device.
 * @param except a user who is not told
 */
export function publishToConversation<T extends ServerEventType>(
  conversationId: string,
  type: T,
  data: ServerEvents[T],
  except?: string,
): void {
  channel.publish({ kind: 'event', to: { conversationId }, event: JSON.stringify({ type, data }), except })
}

/** Tells people, on every device of theirs. */
export function publishToUsers<T extends ServerEventType>(userIds: string[], type: T, data: ServerEvents[T]): void {
  channel.publish({ kind: 'event', to: { userIds }, event: JSON.stringify({ type, data }) })
}

/** From here on people get the events of a conversation. */
export function publishJoined(conversationId: string, userIds: string[]): void {
  channel.publish({ kind: 'joined', conversationId, userIds })
}

/** From here on people get nothing of a conversation any more: what is published after this never reaches them. */
export function publishLeft(conversationId: string, userIds: string[]): void {
  channel.publish({ kind: 'left', conversationId, userIds })
}

/** Ends the sockets of sessions. */
export function publishSessionsEnded(sessionIds: string[]): void {
  if (sessionIds.length > 0) channel.publish({ kind: 'sessionsEnded', sessionIds })
}

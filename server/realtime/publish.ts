import type { ServerEvents, ServerEventType } from '#shared/protocol/server'
import { channel } from './channel'
import type { FanoutEvent } from './fanout/types'

// Each resolves when the message has its place in the order that all tasks share, and those here have it. Whoever
// must not go on before that awaits it; nobody else needs to. None rejects.

/**
 * Tells everyone who is in a conversation, on every device.
 * @param except a user who is not told
 */
export function publishToConversation<T extends ServerEventType>(
  conversationId: string,
  type: T,
  data: ServerEvents[T],
  except?: string,
): Promise<void> {
  return channel.publish({ kind: 'event', to: { conversationId }, event: JSON.stringify({ type, data }), except, step: stepOf(type, data) })
}

/** Tells people, on every device of theirs. */
export function publishToUsers<T extends ServerEventType>(userIds: string[], type: T, data: ServerEvents[T]): Promise<void> {
  return channel.publish({ kind: 'event', to: { userIds }, event: JSON.stringify({ type, data }), step: stepOf(type, data) })
}

/** From here on people get the events of a conversation. */
export function publishJoined(conversationId: string, userIds: string[]): Promise<void> {
  return channel.publish({ kind: 'joined', conversationId, userIds })
}

/** From here on people get nothing of a conversation any more: what is published after this never reaches them. */
export function publishLeft(conversationId: string, userIds: string[]): Promise<void> {
  return channel.publish({ kind: 'left', conversationId, userIds })
}

/** Says that who is in a conversation, or who may do what in it, has changed. */
export function publishChanged(conversationId: string): Promise<void> {
  return channel.publish({ kind: 'changed', conversationId })
}

/** Ends the sockets of sessions. */
export async function publishSessionsEnded(sessionIds: string[]): Promise<void> {
  if (sessionIds.length > 0) await channel.publish({ kind: 'sessionsEnded', sessionIds })
}

/** Whether what is published here reaches the other tasks. */
export function isBusReachable(): boolean {
  return !channel.alone
}

/** The number of the change that an event tells of. */
function stepOf(type: ServerEventType, data: ServerEvents[ServerEventType]): FanoutEvent['step'] {
  if (!('message' in data)) return undefined
  const { conversationId, rev, seq, id, createdAt } = data.message
  return { conversationId, rev, ...(type === 'message.created' && { end: { seq, id, at: createdAt } }) }
}

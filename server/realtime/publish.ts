import type { ServerEvents, ServerEventType } from '#shared/protocol/server'
import { channel } from './channel'
import type { FanoutEvent } from './fanout/types'

// Each of these resolves when the message has its position in the order that all tasks share, and the listeners of this
// task have received it. Only callers that must not go on before that need to await it. None rejects.

/**
 * Publishes an event to everyone in a conversation, on every device.
 * @param except id of a user who does not get it
 */
export function publishToConversation<T extends ServerEventType>(
  conversationId: string,
  type: T,
  data: ServerEvents[T],
  except?: string,
): Promise<void> {
  return channel.publish({
    kind: 'event',
    to: { conversationId },
    event: JSON.stringify({ type, data }),
    except,
    step: stepOf(type, data),
  })
}

/**
 * Publishes how far a person has read to everyone in a conversation who shows what they read themselves, and to the
 * person's own devices.
 */
export function publishRead(data: ServerEvents['read.updated']): Promise<void> {
  const event = JSON.stringify({ type: 'read.updated', data })
  return channel.publish({ kind: 'event', to: { conversationId: data.conversationId }, event, reader: data.userId })
}

/** Publishes an event to people, on every device of theirs. */
export function publishToUsers<T extends ServerEventType>(
  userIds: string[],
  type: T,
  data: ServerEvents[T],
): Promise<void> {
  return channel.publish({
    kind: 'event',
    to: { userIds },
    event: JSON.stringify({ type, data }),
    step: stepOf(type, data),
  })
}

/** Publishes that people joined a conversation. From then on they get its events. */
export function publishJoined(conversationId: string, userIds: string[]): Promise<void> {
  return channel.publish({ kind: 'joined', conversationId, userIds })
}

/** Publishes that people left a conversation. Events that are published after this never reach them. */
export function publishLeft(conversationId: string, userIds: string[]): Promise<void> {
  return channel.publish({ kind: 'left', conversationId, userIds })
}

/** Publishes that the members of a conversation, or their rights, have changed, so that tasks drop their copies. */
export function publishChanged(conversationId: string): Promise<void> {
  return channel.publish({ kind: 'changed', conversationId })
}

/** Publishes that it has changed who may see the presence of whom, where one of these people is one of the two. */
export function publishVisibility(userIds: string[]): Promise<void> {
  return channel.publish({ kind: 'visibility', userIds })
}

/** Publishes that sessions have ended, so that every task closes their sockets. */
export async function publishSessionsEnded(sessionIds: string[]): Promise<void> {
  if (sessionIds.length > 0) await channel.publish({ kind: 'sessionsEnded', sessionIds })
}

/** Whether what is published here reaches the other tasks. */
export function isBusReachable(): boolean {
  return !channel.isCutOff
}

/** The numbered change that an event is about. Undefined: it is about none. */
function stepOf(type: ServerEventType, data: ServerEvents[ServerEventType]): FanoutEvent['step'] {
  if (!('message' in data)) return undefined
  const { conversationId, rev, seq, id, createdAt } = data.message
  return { conversationId, rev, ...(type === 'message.created' && { end: { seq, id, at: createdAt } }) }
}

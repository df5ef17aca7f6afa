import type { z } from 'zod'
import { requestSchemas, type RequestAnswers, type RequestData, type RequestType } from '#shared/protocol/client'
import type { BudgetName } from '../auth/budgets'
import { screens } from '../realtime/tables'
import { markRead } from '../services/conversations/markRead'
import { setTyping } from '../services/conversations/setTyping'
import { editMessage } from '../services/messages/edit'
import { deleteMessage } from '../services/messages/remove'
import { markListened } from '../services/messages/markListened'
import { setReaction, unsetReaction } from '../services/messages/react'
import { sendMessage } from '../services/messages/send'
import { changesSince } from '../services/sync/changesSince'
import type { SocketConnection } from './connection'
import { watchPresence } from './watchPresence'

type Handler<T extends RequestType> = (connection: SocketConnection, data: RequestData<T>) => Promise<RequestAnswers[T]>

/** The budget that each type of request uses. */
const budgets: Record<RequestType, BudgetName> = {
  'message.send': 'send',
  'message.edit': 'changeMessage',
  'message.delete': 'changeMessage',
  'message.heard': 'changeMessage',
  'reaction.set': 'changeMessage',
  'reaction.unset': 'changeMessage',
  'conversation.read': 'markRead',
  'typing.set': 'typing',
  'presence.watch': 'presence',
  'screen.set': 'presence',
  sync: 'sync',
  ping: 'ping',
}

/** The handlers of requests. They call the same services as the HTTP routes. */
const handlers: { [T in RequestType]: Handler<T> } = {
  'message.send': async ({ userId }, { conversationId, ...input }) => {
    const { message } = await sendMessage(userId, conversationId, input)
    return { message }
  },
  'message.edit': async ({ userId }, { text, ...address }) => ({ message: await editMessage(userId, address, text) }),
  'message.delete': async ({ userId }, address) => ({ message: await deleteMessage(userId, address) }),
  'message.heard': async ({ userId }, address) => ({ message: await markListened(userId, address) }),
  'reaction.set': async ({ userId }, { emoji, ...address }) => ({ message: await setReaction(userId, address, emoji) }),
  'reaction.unset': async ({ userId }, { emoji, ...address }) => ({
    message: await unsetReaction(userId, address, emoji),
  }),
  'conversation.read': async ({ userId }, { conversationId, seq }) => {
    await markRead(userId, conversationId, seq)
    return {}
  },
  'typing.set': async ({ userId }, { conversationId, typing }) => {
    await setTyping(userId, conversationId, typing)
    return {}
  },
  'presence.watch': async (connection, { userIds }) => ({ presence: await watchPresence(connection, userIds) }),
  'screen.set': async (connection, screen) => {
    await screens.set(connection, screen)
    return {}
  },
  sync: ({ userId }, input) => changesSince(userId, input),
  ping: async () => ({ time: new Date().toISOString() }),
}

export interface RequestEntry {
  budget: BudgetName
  /** Whether consecutive requests of this type may run together. */
  together: boolean
  schema: z.ZodType
  handle(connection: SocketConnection, data: unknown): Promise<unknown>
}

/** Budget, schema and handler of a type of request. Undefined: there is no such type. */
export function requestEntry(type: string): RequestEntry | undefined {
  if (!Object.hasOwn(requestSchemas, type)) return undefined
  const known = type as RequestType
  return {
    budget: budgets[known],
    together: known === 'message.send',
    schema: requestSchemas[known],
    handle: handlers[known] as RequestEntry['handle'],
  }
}

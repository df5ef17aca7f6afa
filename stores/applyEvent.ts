import type { ServerEvent, ServerEvents, ServerEventType } from '#shared/protocol/server'
import type { Member } from '#shared/schemas/conversation'
import type { useConversationsStore } from './conversations'
import type { useMessagesStore } from './messages'
import type { usePeopleStore } from './people'
import type { usePresenceStore } from './presence'

/** The stores that own what events tell of. */
export interface EventOwners {
  conversations: ReturnType<typeof useConversationsStore>
  messages: ReturnType<typeof useMessagesStore>
  people: ReturnType<typeof usePeopleStore>
  presence: ReturnType<typeof usePresenceStore>
}

type Owner<T extends ServerEventType> = (owners: EventOwners, data: ServerEvents[T]) => void

const NOTHING = () => {}
const learnMember = ({ people }: EventOwners, { member }: { member: Member }) => people.remember([member.user])

/** Which action of which store each event belongs to. `hello` and `resync` are the synchroniser's. */
const OWNERS: { [T in ServerEventType]: Owner<T> } = {
  hello: NOTHING,
  resync: NOTHING,
  'message.created': ({ messages, presence }, { message }) => {
    messages.apply(message)
    presence.clearTyping(message.conversationId, message.senderId)
  },
  'message.updated': ({ messages }, { message }) => messages.apply(message),
  'conversation.created': ({ conversations }, { conversation }) => conversations.upsert(conversation),
  'conversation.updated': ({ conversations }, { conversation }) => conversations.upsert(conversation),
  'conversation.removed': ({ messages }, { conversationId }) => messages.forget(conversationId),
  'member.joined': learnMember,
  'member.updated': learnMember,
  'member.left': NOTHING,
  'read.updated': ({ conversations }, { conversationId, userId, lastReadSeq }) =>
    conversations.applyRead(conversationId, userId, lastReadSeq),
  typing: ({ presence }, { conversationId, userId, typing }) => presence.applyTyping(conversationId, userId, typing),
  presence: ({ presence }, data) => presence.apply(data),
}

/** Gives an event to its owner. Events of a later protocol that this page does not know are passed over. */
export function applyEvent(owners: EventOwners, event: ServerEvent): void {
  const owner = OWNERS[event.type] as Owner<ServerEventType> | undefined
  owner?.(owners, event.data)
}

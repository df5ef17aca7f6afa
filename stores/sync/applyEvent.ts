import type { ServerEvent, ServerEvents, ServerEventType } from '#shared/protocol/server'
import type { useArrivals } from '../arrivals'
import type { useConversationsStore } from '../conversations'
import type { useDraftsStore } from '../drafts'
import type { useMembersStore } from '../members'
import type { useMessagesStore } from '../messages/messages'
import type { usePinsStore } from '../pins'
import type { usePresenceStore } from '../presence'
import type { useThreadStore } from '../thread'
import type { useScheduledStore } from '../scheduled'

/** The stores that own what events tell of. */
export interface EventOwners {
  arrivals: ReturnType<typeof useArrivals>
  conversations: ReturnType<typeof useConversationsStore>
  drafts: ReturnType<typeof useDraftsStore>
  messages: ReturnType<typeof useMessagesStore>
  members: ReturnType<typeof useMembersStore>
  pins: ReturnType<typeof usePinsStore>
  presence: ReturnType<typeof usePresenceStore>
  thread: ReturnType<typeof useThreadStore>
  scheduled: ReturnType<typeof useScheduledStore>
}

type Owner<T extends ServerEventType> = (owners: EventOwners, data: ServerEvents[T]) => void

const NOTHING = () => {}

/** Which action of which store each event belongs to. `hello` and `resync` are the synchroniser's. */
const OWNERS: { [T in ServerEventType]: Owner<T> } = {
  hello: NOTHING,
  resync: NOTHING,
  'message.created': ({ arrivals, messages, presence, thread }, { message }) => {
    messages.apply(message)
    thread.apply(message)
    presence.clearTyping(message.conversationId, message.senderId)
    arrivals.arrive(message)
  },
  'message.updated': ({ messages, pins, thread }, { message }) => {
    messages.apply(message)
    thread.apply(message)
    pins.apply(message)
  },
  'conversation.created': ({ conversations }, { conversation }) => conversations.upsert(conversation),
  'conversation.updated': ({ conversations }, { conversation }) => conversations.upsert(conversation),
  'conversation.removed': ({ conversations }, { conversationId, reason }) =>
    conversations.remove(conversationId, reason),
  'member.joined': ({ members }, { conversationId, member }) =>
    members.apply(conversationId, { kind: 'joined', member }),
  'member.updated': ({ members }, { conversationId, member }) =>
    members.apply(conversationId, { kind: 'updated', member }),
  'member.left': ({ members, presence }, { conversationId, member }) => {
    members.apply(conversationId, { kind: 'left', member })
    presence.clearTyping(conversationId, member.user.id)
  },
  'read.updated': ({ conversations }, { conversationId, userId, lastReadSeq }) =>
    conversations.applyRead(conversationId, userId, lastReadSeq),
  'scheduled.updated': ({ scheduled }, data) => scheduled.apply(data.id, data.scheduled),
  'draft.updated': ({ drafts }, { conversationId, draft }) => drafts.receive(conversationId, draft),
  typing: ({ presence }, { conversationId, userId, typing }) => presence.applyTyping(conversationId, userId, typing),
  presence: ({ presence }, data) => presence.apply(data),
}

/** Gives an event to its owner. Events of a later protocol that this page does not know are passed over. */
export function applyEvent(owners: EventOwners, event: ServerEvent): void {
  const owner = OWNERS[event.type] as Owner<ServerEventType> | undefined
  owner?.(owners, event.data)
}

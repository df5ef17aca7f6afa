import type { z } from 'zod'
import type { SharedKind } from '#shared/domain/files'
import type { User } from '#shared/schemas/account'
import type { Conversation, DraftInput, Member, MySettingsInput } from '#shared/schemas/conversation'
import type { ForwardInput, Message, MessagePage, MarkedPage, sendInput } from '#shared/schemas/message'
import type { SyncAnswer, SyncInput } from '#shared/schemas/sync'
import type { Api } from './api'

/** Milliseconds for a big answer on a bad line. */
const SYNC_TIMEOUT_MS = 40_000

/** A page of a conversation: before, after or around a `seq`, or around the first message from a time on. Without any of these it is the newest page. */
export interface PageQuery {
  before?: number
  after?: number
  around?: number
  at?: string
  limit?: number
}

/** Requests about conversations and what is said in them. Every one throws ApiError. */
export function conversationRequests(api: Api) {
  const at = (id: string) => `/api/conversations/${id}`
  return {
    get: (id: string) => api.request<{ conversation: Conversation; members: Member[] }>('GET', at(id)),
    startDirect: async (userId: string) => {
      const body = { kind: 'direct', userId }
      return (await api.request<{ conversation: Conversation }>('POST', '/api/conversations', { body })).conversation
    },
    changeMine: async (id: string, body: MySettingsInput) =>
      (await api.request<{ conversation: Conversation }>('PATCH', `${at(id)}/me`, { body })).conversation,
    saveDraft: (id: string, body: DraftInput) => api.request<void>('PUT', `${at(id)}/draft`, { body }),
    orderPins: (conversationIds: readonly string[]) =>
      api.request<void>('PUT', '/api/pins', { body: { conversationIds } }),
    messages: (id: string, page: PageQuery) =>
      api.request<MessagePage>('GET', `${at(id)}/messages`, { query: { ...page } }),
    send: async (id: string, body: z.input<typeof sendInput>) =>
      (await api.request<{ message: Message }>('POST', `${at(id)}/messages`, { body })).message,
    /**
     * What was shared there. The newest and those before a `seq` come newest first, those after a `seq` oldest first.
     */
    shared: (id: string, query: { kind: SharedKind; before?: number; after?: number; limit?: number }) =>
      api.request<MessagePage>('GET', `${at(id)}/shared`, { query }),
    edit: async (id: string, messageId: string, text: string) =>
      (await api.request<{ message: Message }>('PATCH', `${at(id)}/messages/${messageId}`, { body: { text } })).message,
    /** @param keepalive even if the page is closed meanwhile */
    removeMessage: (id: string, messageId: string, keepalive = false) =>
      api.request<void>('DELETE', `${at(id)}/messages/${messageId}`, { keepalive }),
    /** Marks a voice message as heard: I have begun to listen to it. */
    markHeard: (id: string, messageId: string) => api.request<void>('PUT', `${at(id)}/messages/${messageId}/heard`),
    /** Adds my reaction, or takes it back. */
    react: async (id: string, messageId: string, emoji: string, on: boolean) => {
      const path = `${at(id)}/messages/${messageId}/reactions/${encodeURIComponent(emoji)}`
      return (await api.request<{ message: Message }>(on ? 'PUT' : 'DELETE', path)).message
    },
    /** Pinned messages, the newest pin first. `after`: the `next` of the page before. */
    pins: (id: string, query: { after?: string; limit?: number }) =>
      api.request<MarkedPage>('GET', `${at(id)}/pins`, { query }),
    setPinned: (id: string, messageId: string, on: boolean) =>
      api.request<void>(on ? 'PUT' : 'DELETE', `${at(id)}/pins/${messageId}`),
    /** A message with its answers: the newest page, or the one before a `seq`. */
    thread: (id: string, messageId: string, query: { before?: number }) =>
      api.request<MessagePage>('GET', `${at(id)}/messages/${messageId}/thread`, { query }),
    /** Follows the thread of a message, or no longer. */
    follow: (id: string, messageId: string, on: boolean) =>
      api.request<void>(on ? 'PUT' : 'DELETE', `${at(id)}/messages/${messageId}/follow`),
    /** Sends messages to other conversations. */
    forward: async (body: ForwardInput) =>
      (await api.request<{ messages: Message[] }>('POST', '/api/messages/forward', { body, timeout: SYNC_TIMEOUT_MS }))
        .messages,
    /** My own list of messages. `after`: the `next` of the page before. */
    saved: (query: { after?: string }) => api.request<MarkedPage>('GET', '/api/saved', { query }),
    setSaved: (messageId: string, on: boolean) => api.request<void>(on ? 'PUT' : 'DELETE', `/api/saved/${messageId}`),
    /** Who has reacted. `after`: the `next` of the page before. */
    reactors: (id: string, messageId: string, query: { emoji?: string; after?: string }) =>
      api.request<{ users: User[]; next: string | null }>('GET', `${at(id)}/messages/${messageId}/reactions`, {
        query,
      }),
    read: (id: string, seq: number) => api.request<void>('PUT', `${at(id)}/read`, { body: { seq } }),
    sync: (body: SyncInput) => api.request<SyncAnswer>('POST', '/api/sync', { body, timeout: SYNC_TIMEOUT_MS }),
  }
}

import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import type { Message } from '#shared/schemas/message'
import { namedPeople } from '~/client/history/namedPeople'
import { useConversationsStore } from './conversations'
import { usePeopleStore } from './people'
import { useTab } from './tab'

/** The pins of one conversation. Replaced as a whole, never mutated. */
export interface Pins {
  /** The newest pin first. */
  readonly messages: readonly Message[]
  readonly hasMore: boolean
}

const PAGE_SIZE = 20

/** The pinned messages of the conversations that were opened in this tab. */
export const usePinsStore = defineStore('pins', () => {
  const tab = useTab()
  const people = usePeopleStore()
  const conversations = useConversationsStore()
  const byId = shallowReactive<Record<string, Pins>>({})
  /** Changes that were received, by conversation. An answer that was asked for before one of them is dropped. */
  const changes = new Map<string, number>()

  /** Fetches the newest pins of a conversation. Never throws: without an answer, what is known stays. */
  async function load(id: string): Promise<void> {
    byId[id] ??= { messages: [], hasMore: false }
    const before = changes.get(id)
    const page = await ask(id).catch(() => null)
    if (!page || !byId[id]) return
    if (changes.get(id) !== before) return load(id)
    byId[id] = page
  }

  /** Fetches the pins that are older than those that are known. @throws ApiError */
  async function loadMore(id: string): Promise<void> {
    const known = byId[id]
    if (!known?.hasMore) return
    const page = await ask(id, known.messages.at(-1)?.id)
    if (byId[id] === known) byId[id] = { messages: [...known.messages, ...page.messages], hasMore: page.hasMore }
  }

  async function ask(id: string, after?: string): Promise<Pins> {
    const { messages, next } = await tab.client().conversations.pins(id, { after, limit: PAGE_SIZE })
    void people.ensure(messages.flatMap(namedPeople))
    return { messages, hasMore: next !== null }
  }

  /** Applies a message that has changed: it may be pinned now, or no longer. */
  function apply(message: Message): void {
    const { conversationId: id } = message
    const known = byId[id]
    if (!known) return
    changes.set(id, (changes.get(id) ?? 0) + 1)
    const at = known.messages.findIndex((one) => one.id === message.id)
    if (at < 0 && !message.pinned) return
    // It may be an old pin that was not fetched.
    if (at < 0 && known.hasMore) return void load(id)
    if (at >= 0 && message.rev < known.messages[at]!.rev) return
    const others = known.messages.filter((one) => one.id !== message.id)
    const messages = !message.pinned
      ? others
      : at < 0
        ? [message, ...others]
        : known.messages.map((one) => (one.id === message.id ? message : one))
    byId[id] = { ...known, messages }
  }

  /** What was missed may have changed the pins. */
  function refresh(id: string): void {
    if (byId[id]) void load(id)
  }

  /** Pins a message, or removes it from the pins. @throws ApiError: FORBIDDEN, NOT_FOUND, INVALID for too many pins */
  function setPinned({ conversationId, id }: Message, on: boolean): Promise<void> {
    return tab.client().conversations.setPinned(conversationId, id, on)
  }

  conversations.onRemoved(({ id }) => forget(id))
  conversations.onHistoryChanged(refresh)

  function forget(id: string): void {
    delete byId[id]
    changes.delete(id)
  }

  function clear(): void {
    for (const id of Object.keys(byId)) forget(id)
  }

  return { byId, load, loadMore, apply, refresh, setPinned, clear }
})

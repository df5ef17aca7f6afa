import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { Message } from '#shared/schemas/message'
import { namedPeople } from '~/client/history/namedPeople'
import { useConversationsStore } from './conversations'
import { usePeopleStore } from './people'
import { useTab } from './tab'

/** The thread that is open. Replaced as a whole, never mutated. */
interface Thread {
  readonly conversationId: string
  /** Any message of it, until the first page is here; then the first one. */
  readonly rootId: string
  /** Ascending by `seq`, each once and in the newest state that was received. */
  readonly messages: readonly Message[]
  readonly hasOlder: boolean
  readonly state: 'loading' | 'ready' | 'failed'
}

/** The open thread: a message with its answers. */
export const useThreadStore = defineStore('thread', () => {
  const tab = useTab()
  const people = usePeopleStore()
  const conversations = useConversationsStore()
  const thread = shallowRef<Thread | null>(null)

  /** Opens the thread of a message. Never throws: `state` says whether it could be loaded. */
  async function open(conversationId: string, messageId: string): Promise<void> {
    const opened: Thread = { conversationId, rootId: messageId, messages: [], hasOlder: false, state: 'loading' }
    thread.value = opened
    await load()
  }

  /** Fetches the newest page again, or for the first time. */
  async function load(): Promise<void> {
    const asked = thread.value
    if (!asked) return
    const page = await ask(asked, {}).catch(() => null)
    const now = thread.value
    if (!now || now.conversationId !== asked.conversationId || now.rootId !== asked.rootId) return
    if (!page) {
      thread.value = { ...now, state: now.state === 'ready' ? 'ready' : 'failed' }
      return
    }
    const first = page.messages[0]
    const rootId = first?.threadId ?? first?.id ?? now.rootId
    thread.value = { ...now, rootId, messages: page.messages, hasOlder: page.hasMore, state: 'ready' }
    // What came while the page was on its way may be newer.
    for (const message of now.messages) apply(message)
  }

  /** Follows the open thread, or no longer. Events bring the change. @throws ApiError */
  async function follow(follows: boolean): Promise<void> {
    const { conversationId, rootId } = thread.value ?? {}
    if (conversationId && rootId) await tab.client().conversations.follow(conversationId, rootId, follows)
  }

  /** Fetches older answers, and the first message with the oldest of them. @throws ApiError */
  async function loadOlder(): Promise<void> {
    const asked = thread.value
    if (!asked?.hasOlder) return
    const page = await ask(asked, { before: asked.messages[0]?.seq })
    const now = thread.value
    if (now?.rootId !== asked.rootId || now.messages[0] !== asked.messages[0]) return
    thread.value = { ...now, messages: [...page.messages, ...now.messages], hasOlder: page.hasMore }
  }

  async function ask({ conversationId, rootId }: Thread, query: { before?: number }) {
    const page = await tab.client().conversations.thread(conversationId, rootId, query)
    void people.ensure(page.messages.flatMap(namedPeople))
    return page
  }

  /** Applies a message that was received. */
  function apply(message: Message): void {
    const now = thread.value
    if (!now || (message.id !== now.rootId && message.threadId !== now.rootId)) return
    const known = now.messages.find(({ id }) => id === message.id)
    if (known && known.rev >= message.rev) return
    // An older answer than those that are here belongs to a page that was not fetched.
    if (!known && now.state === 'ready' && message.seq < (now.messages[0]?.seq ?? 0)) return
    const others = now.messages.filter(({ id }) => id !== message.id)
    thread.value = { ...now, messages: [...others, message].sort((one, other) => one.seq - other.seq) }
  }

  /** What was missed may have changed the thread. */
  function refresh(conversationId: string): void {
    if (thread.value?.conversationId === conversationId) void load()
  }

  function close(): void {
    thread.value = null
  }

  conversations.onRemoved(({ id }) => {
    if (thread.value?.conversationId === id) close()
  })
  conversations.onHistoryChanged(refresh)

  return { thread: computed(() => thread.value), open, load, loadOlder, follow, apply, refresh, close, clear: close }
})

import type { SharedKind } from '#shared/domain/files'
import { sharesOf } from '#shared/domain/shares'
import type { Message } from '#shared/schemas/message'
import { useMessagesStore } from '~/stores/messages/messages'
import { useSharedStore } from '~/stores/shared'
import { usePagedList, type ListState } from '~/composables/useList'
import { monthOf } from '../common/times'

/**
 * The messages of a chat with shared items of one kind, newest first. They are fetched a page at a time, and follow
 * what is sent and deleted meanwhile.
 * @returns `messages` null until the first page is there
 */
export function useGalleryPages(conversationId: string, kind: SharedKind) {
  const shared = useSharedStore()
  const store = useMessagesStore()
  const {
    items: pages,
    hasMore,
    state: pagesState,
    load,
  } = usePagedList<Message>(async (last) => {
    const page = await shared.page(conversationId, kind, last ? { before: last.seq } : {})
    return { items: page.messages, hasMore: page.hasMore }
  })

  const recent = computed(() => store.history(conversationId)?.messages ?? [])
  const messages = computed(() => {
    if (!pages.value) return null
    const now = new Map(recent.value.map((message) => [message.id, message]))
    const newest = pages.value[0]?.seq ?? 0
    const later = recent.value.filter(({ seq }) => seq > newest).toReversed()
    const all = [...later, ...pages.value.map((message) => now.get(message.id) ?? message)]
    return all.filter(({ deletedAt, text, attachments }) => !deletedAt && sharesOf(text, attachments).includes(kind))
  })

  /** Of the list as it is shown: messages that arrived or were deleted meanwhile count. */
  const state = computed<ListState>(() => {
    if (pagesState.value === 'failed' || !messages.value) return pagesState.value
    return messages.value.length === 0 && !hasMore.value ? 'empty' : 'ready'
  })

  return { messages, state, hasMore, load }
}

/** Messages under the month they were sent in, for headings. */
export function byMonth(messages: readonly Message[], language: string): { month: string; messages: Message[] }[] {
  const months: { month: string; messages: Message[] }[] = []
  for (const message of messages) {
    const month = monthOf(message.createdAt, language)
    if (months.at(-1)?.month === month) months.at(-1)!.messages.push(message)
    else months.push({ month, messages: [message] })
  }
  return months
}

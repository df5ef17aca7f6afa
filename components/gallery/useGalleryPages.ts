import type { SharedKind } from '#shared/domain/files'
import { sharesOf } from '#shared/domain/shares'
import type { Message } from '#shared/schemas/message'
import { useMessagesStore } from '~/stores/messages/messages'
import { useSharedStore } from '~/stores/shared'
import { monthOf } from '../common/times'

/**
 * What was shared in a chat, of one kind, newest first: a page at a time, and what is said or deleted meanwhile.
 * @returns `messages` null until the first page is there
 */
export function useGalleryPages(conversationId: string, kind: SharedKind) {
  const shared = useSharedStore()
  const store = useMessagesStore()
  const pages = shallowRef<readonly Message[] | null>(null)
  const failed = ref(false)
  const more = ref(true)
  let loading = false

  const recent = computed(() => store.history(conversationId)?.messages ?? [])
  const messages = computed(() => {
    if (!pages.value) return null
    const now = new Map(recent.value.map((message) => [message.id, message]))
    const newest = pages.value[0]?.seq ?? 0
    const later = recent.value.filter(({ seq }) => seq > newest).toReversed()
    const all = [...later, ...pages.value.map((message) => now.get(message.id) ?? message)]
    return all.filter(({ deletedAt, text, attachments }) => !deletedAt && sharesOf(text, attachments).includes(kind))
  })

  async function load() {
    if (loading) return
    loading = true
    failed.value = false
    try {
      const before = pages.value?.at(-1)?.seq
      const page = await shared.page(conversationId, kind, before ? { before } : {})
      pages.value = [...(pages.value ?? []), ...page.messages]
      more.value = page.hasMore
    } catch {
      failed.value = true
    } finally {
      loading = false
    }
  }

  return { messages, failed, more, load }
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

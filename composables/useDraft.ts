import { computed, onScopeDispose, toValue, watch, type MaybeRefOrGetter, type Ref } from 'vue'
import { replyKey } from '~/client/storage/drafts'
import { useDraftsStore } from '~/stores/drafts'

/**
 * The draft of a conversation. It is stored in this browser, the same in all components and tabs, and goes to the person's
 * other devices. Empty it when the message is sent. Without a storage it lives as long as the page.
 */
export function useDraft(conversationId: MaybeRefOrGetter<string>): Ref<string> {
  const drafts = useDraftsStore()
  const id = computed(() => toValue(conversationId))
  watch(id, (_, before) => drafts.leave(before), { flush: 'sync' })
  onScopeDispose(() => drafts.leave(id.value))
  return computed({
    get: () => {
      const key = drafts.keyOf(id.value)
      return key ? drafts.textOf(key).value : ''
    },
    set: (text) => drafts.write(id.value, text),
  })
}

/** The id of the message that the draft answers. Null: it answers none. */
export function useDraftReply(conversationId: string): Ref<string | null> {
  const drafts = useDraftsStore()
  return computed({
    get: () => {
      const key = drafts.keyOf(conversationId)
      return (key && drafts.textOf(replyKey(key)).value) || null
    },
    set: (messageId) => drafts.writeReply(conversationId, messageId ?? ''),
  })
}

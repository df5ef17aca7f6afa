import { computed, onScopeDispose, toValue, watch, type MaybeRefOrGetter, type Ref } from 'vue'
import { useDraftsStore } from '~/stores/drafts'

/**
 * The draft of a conversation. It is stored in this browser, and the same in all components and tabs.
 * Empty it when the message is sent. Without a storage it lives as long as the page.
 */
export function useDraft(conversationId: MaybeRefOrGetter<string>): Ref<string> {
  const drafts = useDraftsStore()
  const key = computed(() => drafts.keyOf(toValue(conversationId)))
  watch(
    key,
    (_, before) => {
      if (before) drafts.save(before)
    },
    { flush: 'sync' },
  )
  onScopeDispose(() => {
    if (key.value) drafts.save(key.value)
  })
  return computed({
    get: () => (key.value ? drafts.textOf(key.value).value : ''),
    set: (text) => {
      if (key.value) drafts.write(key.value, text)
    },
  })
}

import { isVisible } from '#shared/domain/text/clean'
import { mentionedIds } from '#shared/domain/text/mentions'
import { LIMITS } from '#shared/limits'
import type { Message } from '#shared/schemas/message'
import { usePeopleStore } from '~/stores/people'
import { MentionLabels } from './mentionLabels'
import type { Composing } from './useComposing'

/**
 * The text of the field: the draft, or the text of the message that is edited. Editing does not change the draft.
 * `text` has names for mentions, as people read them; `stored` is what is sent.
 */
export function useComposerText(draft: Ref<string>, about: Readonly<Ref<Composing>>) {
  const people = usePeopleStore()
  const labels = new MentionLabels((id) => people.byId[id]?.displayName ?? '')
  const edited = ref('')
  watch(
    about,
    (now) => {
      if (now?.kind === 'edit') edited.value = now.message.text
    },
    { flush: 'sync' },
  )

  const editing = computed<Message | null>(() => (about.value?.kind === 'edit' ? about.value.message : null))
  const stored = computed({
    get: () => (editing.value ? edited.value : draft.value),
    set: (next) => {
      if (editing.value) edited.value = next
      else draft.value = next
    },
  })
  watch(stored, (now) => void people.ensure(mentionedIds(now)), { immediate: true })
  const text = computed({
    get: () => labels.shown(stored.value),
    set: (next) => (stored.value = labels.stored(next)),
  })
  // Counts code points, as the server does. Below half the limit no count is needed.
  const length = computed(() => (stored.value.length < LIMITS.messageCharacters / 2 ? 0 : [...stored.value].length))
  const charactersLeft = computed(() => LIMITS.messageCharacters - length.value)
  const sendable = computed(() => charactersLeft.value >= 0 && isVisible(stored.value))

  return { text, stored, labels, editing, charactersLeft, sendable }
}

import { isVisible } from '#shared/domain/text/clean'
import { LIMITS } from '#shared/limits'
import type { Message } from '#shared/schemas/message'
import type { Composing } from './useComposing'

/** The text of the field: the draft, or the text of the message that is edited. Editing does not change the draft. */
export function useComposerText(draft: Ref<string>, about: Readonly<Ref<Composing>>) {
  const edited = ref('')
  watch(
    about,
    (now) => {
      if (now?.kind === 'edit') edited.value = now.message.text
    },
    { flush: 'sync' },
  )

  const editing = computed<Message | null>(() => (about.value?.kind === 'edit' ? about.value.message : null))
  const text = computed({
    get: () => (editing.value ? edited.value : draft.value),
    set: (next) => {
      if (editing.value) edited.value = next
      else draft.value = next
    },
  })
  // Counts code points, as the server does. Below half the limit no count is needed.
  const length = computed(() => (text.value.length < LIMITS.messageCharacters / 2 ? 0 : [...text.value].length))
  const charactersLeft = computed(() => LIMITS.messageCharacters - length.value)
  const sendable = computed(() => charactersLeft.value >= 0 && isVisible(text.value))

  return { text, editing, charactersLeft, sendable }
}

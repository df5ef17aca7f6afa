import { LIMITS } from '#shared/limits'
import { useStaging } from '../file/useStaging'

/** Code units up to which a text that is too long stays in the field, where people can shorten it. */
export const MAX_FIELD_LENGTH = LIMITS.messageCharacters * 2

/**
 * Cuts a text that is far too long to the length of one message, so that typing stays quick.
 * @returns the whole text if nothing has to be cut
 */
export function cutToField(text: string): string {
  if (text.length <= MAX_FIELD_LENGTH) return text
  return [...text.slice(0, MAX_FIELD_LENGTH)].slice(0, LIMITS.messageCharacters).join('')
}

/** Offers to send a text that is too long for a message as a file. `whole` is that text; null if it fits. */
export function useLongText(text: Ref<string>, isTooLong: () => boolean) {
  const staging = useStaging()
  const cut = shallowRef<string | null>(null)
  const whole = computed(() => cut.value ?? (isTooLong() ? text.value : null))
  watch(text, (now) => {
    if (now === '') cut.value = null
  })

  /** Stages the text as a file. The field stays as it was until the file is sent. */
  function stageAsFile() {
    if (whole.value === null) return
    const before = { text: text.value, cut: cut.value }
    const file = new File([whole.value], 'message.txt', { type: 'text/plain' })
    text.value = ''
    staging.add([{ file }], true, () => {
      if (text.value !== '') return
      text.value = before.text
      void nextTick(() => (cut.value = before.cut))
    })
  }

  return { cut, whole, stageAsFile }
}

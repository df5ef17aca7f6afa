import { LIMITS } from '#shared/limits'
import { useStaging } from '../file/useStaging'

/** Code units up to which a text that is too long stays in its field, to be shortened by hand. */
export const MAX_FIELD_LENGTH = LIMITS.messageCharacters * 2

/**
 * What a field takes of a text that is far too long: as much as one message holds, so that typing stays quick.
 * @returns the whole text where nothing has to be cut
 */
export function cutToField(text: string): string {
  if (text.length <= MAX_FIELD_LENGTH) return text
  return [...text.slice(0, MAX_FIELD_LENGTH)].slice(0, LIMITS.messageCharacters).join('')
}

/** A text that is too long for one message can go as a file instead: `whole` is what would, null where the text fits. */
export function useLongText(text: Ref<string>, isTooLong: () => boolean) {
  const staging = useStaging()
  const cut = shallowRef<string | null>(null)
  const whole = computed(() => cut.value ?? (isTooLong() ? text.value : null))
  watch(text, (now) => {
    if (now === '') cut.value = null
  })

  /** Puts it among the files that are about to be sent; who puts that away finds the field as it was. */
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

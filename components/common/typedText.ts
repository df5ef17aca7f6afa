import { withoutControls } from '#shared/domain/text/clean'

type TextElement = HTMLInputElement | HTMLTextAreaElement

/**
 * What stands in a field after an event of its own. What cannot be stored is taken out of it, with the caret where it
 * was; but not of a word that is being composed, which is the keyboard's until it is done.
 */
export function typedText(event: Event): string {
  const field = event.target as TextElement
  const { value } = field
  if ((event as InputEvent).isComposing) return value
  const clean = withoutControls(value)
  if (clean !== value) replaceValue(field, clean, withoutControls(value.slice(0, field.selectionStart ?? 0)).length)
  return clean
}

/** @param caret where it stands afterwards; fields without a selection (e-mail addresses) put it at the end */
export function replaceValue(field: TextElement, value: string, caret: number): void {
  const hasCaret = field.selectionStart !== null
  field.value = value
  if (hasCaret) field.setSelectionRange(caret, caret)
}

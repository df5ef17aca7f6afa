import { withoutControls } from '#shared/domain/text/clean'

type TextElement = HTMLInputElement | HTMLTextAreaElement

/**
 * The text of a field after an input event. Characters that cannot be stored are removed from the field, and the caret
 * stays. A word that is being composed is left alone, because it belongs to the keyboard until it is done.
 */
export function typedText(event: Event): string {
  const field = event.target as TextElement
  const { value } = field
  if ((event as InputEvent).isComposing) return value
  const clean = withoutControls(value)
  if (clean !== value) replaceValue(field, clean, withoutControls(value.slice(0, field.selectionStart ?? 0)).length)
  return clean
}

/** @param caret the position of the caret afterwards; fields without a selection (email addresses) put it at the end */
export function replaceValue(field: TextElement, value: string, caret: number): void {
  const hasCaret = field.selectionStart !== null
  field.value = value
  if (hasCaret) field.setSelectionRange(caret, caret)
}

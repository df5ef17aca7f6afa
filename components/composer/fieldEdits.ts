/** Texts up to this length are put in by the browser's own command, which can be undone. It is slow for long ones. */
const MAX_UNDOABLE = 2_000
const FENCE = /^```/

/** Replaces a part of a field's text as if it had been typed. The caret goes behind it. */
function replaceRange(field: HTMLTextAreaElement, start: number, end: number, text: string): void {
  field.focus({ preventScroll: true })
  field.setSelectionRange(start, end)
  if (text.length <= MAX_UNDOABLE && document.execCommand('insertText', false, text)) return
  field.setRangeText(text, start, end, 'end')
  field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertReplacementText' }))
}

/** Puts signs around the selected text, or takes them away where they are. The text stays selected. */
export function toggleSigns(field: HTMLTextAreaElement, sign: string): void {
  const { value, selectionStart: start, selectionEnd: end } = field
  const size = sign.length
  const isWrapped = value.slice(start - size, start) === sign && value.slice(end, end + size) === sign
  const selected = value.slice(start, end)
  if (isWrapped && start >= size) {
    replaceRange(field, start - size, end + size, selected)
    field.setSelectionRange(start - size, end - size)
  } else {
    replaceRange(field, start, end, sign + selected + sign)
    field.setSelectionRange(start + size, end + size)
  }
}

/** Puts a part of the text into a block of code. */
export function makeCodeBlock(field: HTMLTextAreaElement, start: number, end: number): void {
  const { value } = field
  const before = start > 0 && value[start - 1] !== '\n' ? '\n' : ''
  const after = end < value.length && value[end] !== '\n' ? '\n' : ''
  replaceRange(field, start, end, `${before}\`\`\`\n${value.slice(start, end).replace(/\n$/, '')}\n\`\`\`${after}`)
}

/** Begins every selected line with a sign. */
export function quoteLines(field: HTMLTextAreaElement): void {
  const { value, selectionStart, selectionEnd: end } = field
  const start = value.lastIndexOf('\n', selectionStart - 1) + 1
  replaceRange(field, start, end, value.slice(start, end).replace(/^/gm, '> '))
}

/** Whether a position is inside a block of code. */
export function isInCode(text: string, position: number): boolean {
  const fences = text
    .slice(0, position)
    .split('\n')
    .filter((line) => FENCE.test(line))
  return fences.length % 2 === 1
}

/**
 * Goes on in a block of code with a new line. Behind the signs that begin one, its end is put in too.
 * @returns false outside of code
 */
export function continueCode(field: HTMLTextAreaElement): boolean {
  const { value, selectionStart, selectionEnd } = field
  if (!value.includes('```') || !isInCode(value, selectionStart)) return false
  const line = value.slice(value.lastIndexOf('\n', selectionStart - 1) + 1, selectionStart)
  const isOpen = !value
    .slice(selectionEnd)
    .split('\n')
    .some((later) => FENCE.test(later))
  const indent = FENCE.test(line) ? '' : (/^[ \t]*/.exec(line)?.[0] ?? '')
  if (isOpen && /^```[^`\s]*$/.test(line)) {
    replaceRange(field, selectionStart, selectionEnd, '\n\n```')
    field.setSelectionRange(selectionStart + 1, selectionStart + 1)
  } else replaceRange(field, selectionStart, selectionEnd, `\n${indent}`)
  return true
}

/** Whether a pasted text looks like code: several lines, some of them indented, with signs of programs. */
export function looksLikeCode(text: string): boolean {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines.length > 1 && lines.some((line) => /^(?: {2,}|\t)\S/.test(line)) && /[{}();=<>[\]]|:$/m.test(text)
}

/** What is typed before the caret and can be completed: a mention or the name of an emoji. */
export interface Completion {
  kind: 'person' | 'emoji'
  /** Where its sign is in the text, in code units. */
  start: number
  /** What follows the sign. */
  query: string
}

/** Code units before the caret that are looked at. */
const REACH = 64
const PERSON = /(?:^|[\s([{"'“‘«>/*_~|-])@((?:[^\s@]+(?: [^\s@]+){0,2} ?)?)$/u
const EMOJI = /(?:^|[\s([{"'“‘«>])(?<!:):([\p{L}\p{N}_+-]{2,30})$/u

/** Follows what is typed before the caret of a field. Nothing is completed during a composition. */
export function useCompletion(field: () => HTMLTextAreaElement | null | undefined) {
  const found = shallowRef<Completion | null>(null)
  /** Where completing was given up. It begins again with the next sign. */
  let givenUp: number | null = null

  function look(event?: Event) {
    const element = field()
    const isComposing = (event as InputEvent | undefined)?.isComposing === true
    if (!element || isComposing || element.selectionStart !== element.selectionEnd) return void (found.value = null)
    const caret = element.selectionStart
    const before = element.value.slice(Math.max(0, caret - REACH), caret)
    const person = PERSON.exec(before)
    const match = person ?? EMOJI.exec(before)
    const query = match?.[1] ?? ''
    const start = caret - query.length - 1
    if (!match || start !== givenUp) givenUp = null
    found.value = match && givenUp === null ? { kind: person ? 'person' : 'emoji', start, query } : null
  }

  function close() {
    givenUp = found.value?.start ?? null
    found.value = null
  }

  /** Replaces what is typed by its completion, and goes on behind it. */
  function complete(by: string) {
    const element = field()
    if (!element || !found.value) return
    const { start } = found.value
    // What was completed is not offered again.
    givenUp = start
    const after = element.value.startsWith(' ', element.selectionEnd) ? by.trimEnd() : by
    element.setRangeText(after, start, element.selectionEnd, 'end')
    element.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertReplacementText' }))
    found.value = null
  }

  return { found, look, close, complete }
}

import { useEventListener } from '@vueuse/core'
import type { Message } from '#shared/schemas/message'
import { useSelection } from './useSelection'

/**
 * While messages are being selected, a click on a row selects it or takes it out, and nothing else. With Shift it selects
 * everything between the last one and this one.
 * @param messages what can be selected, in the order of the conversation
 */
export function useSelectionClicks(list: Readonly<Ref<HTMLElement | null>>, messages: () => readonly Message[]) {
  const { chosen, toggle } = useSelection()
  /** The message that was clicked last. */
  let lastId: string | null = null

  function choose(id: string, isRange: boolean) {
    const all = messages()
    const at = all.findIndex((message) => message.id === id)
    const from = isRange ? all.findIndex((message) => message.id === lastId) : -1
    if (at < 0) return
    toggle(from < 0 || from === at ? [all[at]!] : all.slice(Math.min(from, at), Math.max(from, at) + 1))
    lastId = id
  }

  useEventListener(
    list,
    'click',
    (event) => {
      if (!chosen.value) return
      lastId ??= chosen.value.at(-1)?.id ?? null
      event.preventDefault()
      event.stopPropagation()
      const row = (event.target as Element).closest('[data-testid="message"]')
      const id = row?.querySelector<HTMLElement>('[data-message-id]')?.dataset.messageId
      if (id) choose(id, event.shiftKey)
    },
    { capture: true },
  )
  watch(chosen, (now) => {
    if (!now) lastId = null
  })

  return { choose }
}

import { useEventListener } from '@vueuse/core'

/**
 * Lets a mouse drag a pinned chat to another place among the pinned ones.
 * @param ids the pinned chats in their order
 * @param move called with the chat and its new place
 */
export function usePinDrag(
  list: Readonly<Ref<HTMLElement | null>>,
  ids: () => string[],
  move: (id: string, to: number) => void,
) {
  /** The chat that is dragged, and the one in whose place it would be dropped. */
  const drag = shallowRef<{ id: string; over: string | null } | null>(null)
  const rowOf = (event: Event) => (event.target as Element).closest<HTMLElement>('[data-row]')?.dataset.row ?? null

  useEventListener(list, 'dragstart', (event: DragEvent) => {
    const id = rowOf(event)
    if (!id || !ids().includes(id)) return
    // The link's address, which the browser would drag, is not what is meant.
    event.dataTransfer?.clearData()
    event.dataTransfer?.setData('text/plain', '')
    if (event.dataTransfer) event.dataTransfer.effectAllowed = 'move'
    drag.value = { id, over: null }
  })
  useEventListener(list, 'dragover', (event: DragEvent) => {
    if (!drag.value) return
    const id = rowOf(event)
    const over = id && ids().includes(id) ? id : null
    if (over) event.preventDefault()
    drag.value = { ...drag.value, over }
  })
  useEventListener(list, 'drop', (event: DragEvent) => {
    const { id, over } = drag.value ?? {}
    drag.value = null
    if (!id || !over) return
    event.preventDefault()
    if (id !== over) move(id, ids().indexOf(over))
  })
  useEventListener(list, 'dragend', () => (drag.value = null))

  return { drag }
}

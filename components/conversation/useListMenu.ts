import { onLongPress, useEventListener } from '@vueuse/core'
import type { ReferenceElement } from 'reka-ui'
import type { MenuAnchor } from '../message/useMessageMenu'

const LONG_PRESS_MS = 450

/**
 * Asks for the menu of a line of the list: by its button, by right click or the menu key, and by a long press. One listener
 * serves the whole list.
 * @param busy whether the finger does something else by now
 */
export function useListMenu(
  list: Readonly<Ref<HTMLElement | null>>,
  ask: (id: string, anchor: MenuAnchor) => void,
  busy: () => boolean,
) {
  const rowOf = (target: EventTarget | null) => (target as Element).closest<HTMLElement>('[data-row]')
  let pressedAt = -Infinity

  function askAt(row: HTMLElement, x: number, y: number) {
    const reference = { getBoundingClientRect: () => new DOMRect(x, y, 0, 0) } as ReferenceElement
    ask(row.dataset.row!, { reference, from: row.querySelector('a') })
  }

  useEventListener(list, 'click', (event) => {
    const button = (event.target as Element).closest<HTMLElement>('[data-row-menu]')
    if (!button) return
    event.preventDefault()
    ask(rowOf(button)!.dataset.row!, { reference: button as ReferenceElement, from: button })
  })

  useEventListener(list, 'contextmenu', (event: MouseEvent) => {
    const row = rowOf(event.target)
    if (!row) return
    event.preventDefault()
    // Some phones send this event for a press that has opened the menu already.
    if (event.timeStamp - pressedAt < 1_000) return
    const { left, bottom } = row.getBoundingClientRect()
    // The menu key sends it without a place, or with one outside of the line.
    const isByKey = event.button !== 2 || (event.clientX === 0 && event.clientY === 0)
    askAt(row, isByKey ? left + 16 : event.clientX, isByKey ? bottom - 8 : event.clientY)
  })

  onLongPress(
    list as Ref<HTMLElement>,
    (event) => {
      const row = event.pointerType === 'touch' && !busy() ? rowOf(event.target) : null
      if (!row) return
      pressedAt = event.timeStamp + LONG_PRESS_MS
      // Lifting the finger would open the chat.
      const keep = (lifted: TouchEvent) => lifted.preventDefault()
      window.addEventListener('touchend', keep, { once: true, passive: false, capture: true })
      askAt(row, event.clientX, event.clientY)
    },
    { delay: LONG_PRESS_MS, distanceThreshold: 8 },
  )
}

import { onLongPress, useEventListener } from '@vueuse/core'
import type { ReferenceElement } from 'reka-ui'

export interface MenuAnchor {
  reference: ReferenceElement
  /** The element that gets the focus back afterwards. */
  from: HTMLElement | null
  /** The bubble that a long press lifts over the chat. */
  lifted?: HTMLElement
}

const LONG_PRESS_MS = 450

/**
 * Opens the menu of a message in a list, and moves from one message to the next by the arrow keys.
 * One listener serves the whole list, because a thousand bubbles need no menu each.
 */
export function useMessageMenu(list: Readonly<Ref<HTMLElement | null>>, ask: (id: string, anchor: MenuAnchor) => void) {
  const bubbleOf = (target: EventTarget | null) =>
    target instanceof Element ? target.closest<HTMLElement>('[data-message-id]') : null

  let pressedAt = -Infinity

  function askAt(bubble: HTMLElement, x: number, y: number, lifted?: HTMLElement) {
    const reference = { getBoundingClientRect: () => new DOMRect(x, y, 0, 0) } as ReferenceElement
    ask(bubble.dataset.messageId!, { reference, from: bubble, lifted })
  }

  useEventListener(list, 'click', (event) => {
    const button = (event.target as Element).closest<HTMLElement>('[data-menu-of]')
    if (button) ask(button.dataset.menuOf!, { reference: button as ReferenceElement, from: button })
  })

  useEventListener(list, 'contextmenu', (event: MouseEvent) => {
    const bubble = bubbleOf(event.target)
    // Links and selected text keep the browser's own menu.
    if (!bubble || (event.target as Element).closest('a') || hasSelection(bubble)) return
    event.preventDefault()
    // Some phones send this event for a press that has opened the menu already.
    if (event.timeStamp - pressedAt < 1_000) return
    askAt(bubble, event.clientX, event.clientY)
  })

  onLongPress(
    list as Ref<HTMLElement>,
    (event) => {
      const bubble = event.pointerType === 'touch' ? bubbleOf(event.target) : null
      if (!bubble) return
      pressedAt = event.timeStamp + LONG_PRESS_MS
      // Lifting the finger would click beside the menu and close it.
      const keep = (lifted: TouchEvent) => lifted.preventDefault()
      window.addEventListener('touchend', keep, { once: true, passive: false, capture: true })
      askAt(bubble, event.clientX, event.clientY, bubble)
    },
    { delay: LONG_PRESS_MS, distanceThreshold: 8 },
  )

  useEventListener(list, 'keydown', (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    const target = event.target as HTMLElement
    const bubble = target.matches('[data-message-id]') ? target : null
    if (bubble && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault()
      const { left, bottom } = bubble.getBoundingClientRect()
      return askAt(bubble, left, Math.min(bottom, window.innerHeight - 8))
    }
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0
    if (step === 0 || (!bubble && target.id !== 'messages')) return
    const next = neighbour(list.value!, bubble, step)
    if (!next) return
    event.preventDefault()
    next.focus({ preventScroll: true })
    next.scrollIntoView({ block: 'nearest' })
  })
}

/** The next message in a direction. From the list itself it is the last one on the screen. */
function neighbour(list: HTMLElement, from: HTMLElement | null, step: 1 | -1): HTMLElement | undefined {
  const bubbles = [...list.querySelectorAll<HTMLElement>('[data-message-id]')]
  if (from) return bubbles[bubbles.indexOf(from) + step]
  const bottom = list.getBoundingClientRect().bottom
  return bubbles.findLast((bubble) => bubble.getBoundingClientRect().top < bottom - 16)
}

function hasSelection(bubble: HTMLElement): boolean {
  const selection = window.getSelection()
  return !!selection && !selection.isCollapsed && selection.containsNode(bubble, true)
}

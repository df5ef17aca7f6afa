import { useEventListener } from '@vueuse/core'

/** Pixels after which letting go acts. */
export const SWIPE_AT_PX = 72
/** Pixels before it is clear that a finger swipes and does not scroll. */
const SLOP_PX = 10

/**
 * Follows a finger that swipes a line of the list sideways.
 * @param act called with the chat's id and the direction, when the finger has gone far enough
 */
export function useRowSwipe(
  list: Readonly<Ref<HTMLElement | null>>,
  act: (id: string, direction: 'left' | 'right') => void,
) {
  /** The line that follows the finger, and how many pixels to the right it is. */
  const swipe = shallowRef<{ id: string; x: number } | null>(null)
  let from: { id: string; x: number; y: number; pointer: number } | null = null

  useEventListener(list, 'pointerdown', (event: PointerEvent) => {
    const row = (event.target as Element).closest<HTMLElement>('[data-row]')
    from = null
    if (event.pointerType !== 'touch' || !row) return
    from = { id: row.dataset.row!, x: event.clientX, y: event.clientY, pointer: event.pointerId }
  })
  useEventListener(list, 'pointermove', (event: PointerEvent) => {
    if (!from || event.pointerId !== from.pointer) return
    const x = event.clientX - from.x
    const isSideways = Math.abs(x) > SLOP_PX && Math.abs(x) > 2 * Math.abs(event.clientY - from.y)
    if (!swipe.value && !isSideways) return
    const wasFar = isFar()
    swipe.value = { id: from.id, x: Math.max(-2 * SWIPE_AT_PX, Math.min(2 * SWIPE_AT_PX, x)) }
    if (isFar() && !wasFar) navigator.vibrate?.(10)
  })
  useEventListener(list, 'pointerup', (event: PointerEvent) => {
    if (!swipe.value || event.pointerId !== from?.pointer) return
    const { id, x } = swipe.value
    const acts = isFar()
    end()
    // The finger would open the chat that it has swiped.
    window.addEventListener('click', swallow, { once: true, capture: true })
    setTimeout(() => window.removeEventListener('click', swallow, { capture: true }))
    if (acts) act(id, x < 0 ? 'left' : 'right')
  })
  useEventListener(list, 'pointercancel', end)

  const isFar = () => Math.abs(swipe.value?.x ?? 0) >= SWIPE_AT_PX

  function end() {
    from = null
    swipe.value = null
  }

  return { swipe }
}

function swallow(event: Event) {
  event.preventDefault()
  event.stopPropagation()
}

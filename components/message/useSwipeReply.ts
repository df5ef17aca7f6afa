import { useEventListener } from '@vueuse/core'

/** Pixels a finger moves before it is clear whether it scrolls or swipes. */
const LOCK_PX = 10
/** Pixels after which letting go answers the message. */
const REPLY_PX = 56
const MAX_PX = 80
const VIBRATION_MS = 10

/**
 * Swiping a message to the right answers it. The row follows the finger, and gives a tick where letting go is enough.
 * What moves up or down scrolls, and is left to the browser.
 * @param canReply whether messages can be answered here now
 */
export function useSwipeReply(
  list: Readonly<Ref<HTMLElement | null>>,
  { canReply, reply }: { canReply: () => boolean; reply: (messageId: string) => void },
) {
  let swipe: { row: HTMLElement; id: string; x: number; y: number; isLocked: boolean; isArmed: boolean } | null = null

  useEventListener(
    list,
    'touchstart',
    (event: TouchEvent) => {
      end(false)
      const target = event.target as Element
      const row = target.closest<HTMLElement>('[data-testid="message"]')
      const id = row?.querySelector<HTMLElement>('[data-message-id]')?.dataset.messageId
      const touch = event.touches[0]
      if (!row || !id || !touch || event.touches.length > 1 || !canReply() || hasOwnMoves(target, row)) return
      swipe = { row, id, x: touch.clientX, y: touch.clientY, isLocked: false, isArmed: false }
    },
    { passive: true },
  )

  useEventListener(
    list,
    'touchmove',
    (event: TouchEvent) => {
      const touch = event.touches[0]
      if (!swipe || !touch) return
      const [right, down] = [touch.clientX - swipe.x, touch.clientY - swipe.y]
      if (!swipe.isLocked) {
        if (Math.abs(down) > LOCK_PX || right < -LOCK_PX || event.touches.length > 1) return end(false)
        if (right < LOCK_PX) return
        swipe.isLocked = true
        swipe.row.dataset.swipe = 'on'
      }
      if (event.cancelable) event.preventDefault()
      const moved = Math.max(0, Math.min(right - LOCK_PX, MAX_PX))
      swipe.row.style.transform = `translateX(${moved}px)`
      const isArmed = moved >= REPLY_PX
      if (isArmed && !swipe.isArmed) navigator.vibrate?.(VIBRATION_MS)
      swipe.isArmed = isArmed
      swipe.row.dataset.swipe = isArmed ? 'armed' : 'on'
    },
    { passive: false },
  )

  useEventListener(list, 'touchend', () => end(true))
  useEventListener(list, 'touchcancel', () => end(false))

  function end(isLetGo: boolean) {
    if (!swipe) return
    const { row, id, isArmed } = swipe
    swipe = null
    row.style.transform = ''
    delete row.dataset.swipe
    if (isLetGo && isArmed) reply(id)
  }
}

/** Whether a finger moves something of its own here: a slider, or what scrolls to the side. */
function hasOwnMoves(target: Element, row: HTMLElement): boolean {
  if (target.closest('input, audio, video, [role="slider"]')) return true
  for (let element: Element | null = target; element && element !== row; element = element.parentElement)
    if (element.scrollWidth > element.clientWidth && /auto|scroll/.test(getComputedStyle(element).overflowX))
      return true
  return false
}

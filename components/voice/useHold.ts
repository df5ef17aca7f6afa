import { useEventListener } from '@vueuse/core'

/** Pixels to the left that discard a recording, and upward that lock it. */
const DISCARD_AT_PX = 110
export const LOCK_AT = 70
/** Milliseconds up to which a press counts as a click, which locks the recording. */
const MAX_CLICK_MS = 400

export type HoldEnd = 'send' | 'discard' | 'lock'

/** Follows a button that is held down: how far the finger moves, and how the press ends. Called in setup. */
export function useHold(end: (how: HoldEnd) => void) {
  /** Pixels from where the button was pressed, to the left and upward. Null: nobody holds it. */
  const hold = shallowRef<{ left: number; up: number } | null>(null)
  let start = { x: 0, y: 0, at: 0, pointer: -1 }

  function press(event: PointerEvent) {
    start = { x: event.clientX, y: event.clientY, at: event.timeStamp, pointer: event.pointerId }
    hold.value = { left: 0, up: 0 }
  }

  function finish(how: HoldEnd) {
    if (!hold.value) return
    hold.value = null
    end(how)
  }

  useEventListener(window, 'pointermove', (event) => {
    if (!hold.value || event.pointerId !== start.pointer) return
    const left = Math.max(0, start.x - event.clientX)
    const up = Math.max(0, start.y - event.clientY)
    // Only the longer of the two directions counts.
    hold.value = left > up ? { left, up: 0 } : { left: 0, up }
    if (hold.value.left >= DISCARD_AT_PX) finish('discard')
    else if (hold.value.up >= LOCK_AT) finish('lock')
  })
  useEventListener(window, 'pointerup', (event) => {
    if (event.pointerId === start.pointer) finish(event.timeStamp - start.at < MAX_CLICK_MS ? 'lock' : 'send')
  })
  // A call or a notification cancels the press. The recording must not be lost then.
  useEventListener(window, 'pointercancel', (event) => {
    if (event.pointerId === start.pointer) finish('lock')
  })

  return { hold, press, release: () => (hold.value = null) }
}

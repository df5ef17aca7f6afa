import { useEventListener } from '@vueuse/core'

const MAX_ZOOM = 6
const DOUBLE_TAP_ZOOM = 2.5
/** Pixels that a finger has to move for a swipe. */
const MIN_SWIPE_PX = 60
/** The most milliseconds between the two taps of a double tap, and the most pixels. */
const DOUBLE_TAP_MS = 300

interface Point {
  x: number
  y: number
}

/**
 * Zooms and moves a picture by wheel, pinch, double click, double tap and drag. A picture that is whole can be swiped.
 * @param onSwipe a step to the side (1: the next one), or away (0)
 */
export function useZoom(stage: Readonly<Ref<HTMLElement | null>>, onSwipe: (to: 1 | -1 | 0) => void) {
  const scale = ref(1)
  const offset = ref<Point>({ x: 0, y: 0 })
  const dragging = ref(false)
  const pointers = new Map<number, Point>()
  let start: Point | null = null
  let pinched = false
  let tap = { at: -Infinity, x: 0, y: 0 }

  const middle = (): DOMRect => stage.value!.getBoundingClientRect()

  function bound() {
    const { width, height } = middle()
    const room = { x: (width * (scale.value - 1)) / 2, y: (height * (scale.value - 1)) / 2 }
    const clamp = (at: number, most: number) => Math.min(most, Math.max(-most, at))
    offset.value = { x: clamp(offset.value.x, room.x), y: clamp(offset.value.y, room.y) }
  }

  /** The part of the picture under the point stays under it. */
  function zoomTo(next: number, at?: Point) {
    const box = middle()
    const point = at ?? { x: box.left + box.width / 2, y: box.top + box.height / 2 }
    const to = Math.min(MAX_ZOOM, Math.max(1, next))
    const grown = to / scale.value
    const x = point.x - box.left - box.width / 2
    const y = point.y - box.top - box.height / 2
    offset.value = { x: x - (x - offset.value.x) * grown, y: y - (y - offset.value.y) * grown }
    scale.value = to
    bound()
  }

  function reset() {
    scale.value = 1
    offset.value = { x: 0, y: 0 }
    pointers.clear()
  }

  function spread(): { distance: number; center: Point } {
    const [one, two] = [...pointers.values()] as [Point, Point]
    const center = { x: (one.x + two.x) / 2, y: (one.y + two.y) / 2 }
    return { distance: Math.hypot(one.x - two.x, one.y - two.y), center }
  }

  useEventListener(stage, 'pointerdown', (event: PointerEvent) => {
    if (event.button !== 0) return
    stage.value!.setPointerCapture(event.pointerId)
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY })
    if (pointers.size === 1) start = { x: event.clientX, y: event.clientY }
    pinched = pointers.size > 1
    dragging.value = true
  })

  useEventListener(stage, 'pointermove', (event: PointerEvent) => {
    const before = pointers.get(event.pointerId)
    if (!before) return
    const now = { x: event.clientX, y: event.clientY }
    if (pointers.size === 2) {
      const { distance } = spread()
      pointers.set(event.pointerId, now)
      const after = spread()
      return zoomTo((scale.value * after.distance) / distance, after.center)
    }
    pointers.set(event.pointerId, now)
    offset.value = { x: offset.value.x + now.x - before.x, y: offset.value.y + now.y - before.y }
    if (scale.value > 1) bound()
  })

  function release(event: PointerEvent, done: boolean) {
    if (!pointers.delete(event.pointerId) || pointers.size > 0) return
    dragging.value = false
    const moved = { x: event.clientX - start!.x, y: event.clientY - start!.y }
    if (scale.value === 1) offset.value = { x: 0, y: 0 }
    if (!done || pinched) return
    if (Math.hypot(moved.x, moved.y) < 10) return tapped(event)
    if (scale.value > 1 || event.pointerType === 'mouse') return
    if (Math.abs(moved.x) > MIN_SWIPE_PX && Math.abs(moved.x) > Math.abs(moved.y)) onSwipe(moved.x < 0 ? 1 : -1)
    else if (Math.abs(moved.y) > MIN_SWIPE_PX) onSwipe(0)
  }

  function tapped(event: PointerEvent) {
    const isSecond =
      event.timeStamp - tap.at < DOUBLE_TAP_MS && Math.hypot(event.clientX - tap.x, event.clientY - tap.y) < 30
    tap = isSecond ? { at: -Infinity, x: 0, y: 0 } : { at: event.timeStamp, x: event.clientX, y: event.clientY }
    if (isSecond) zoomTo(scale.value > 1 ? 1 : DOUBLE_TAP_ZOOM, { x: event.clientX, y: event.clientY })
  }

  useEventListener(stage, 'pointerup', (event: PointerEvent) => release(event, true))
  useEventListener(stage, 'pointercancel', (event: PointerEvent) => release(event, false))
  useEventListener(
    stage,
    'wheel',
    (event: WheelEvent) => {
      event.preventDefault()
      zoomTo(scale.value * Math.exp(-event.deltaY / (event.ctrlKey ? 100 : 400)), {
        x: event.clientX,
        y: event.clientY,
      })
    },
    { passive: false },
  )

  const style = computed(() => ({
    transform: `translate3d(${offset.value.x}px, ${offset.value.y}px, 0) scale(${scale.value})`,
    transition: dragging.value ? 'none' : 'transform 160ms ease-out',
  }))

  return { scale, style, zoomTo, reset }
}

import { useEventListener, useResizeObserver } from '@vueuse/core'
import { nextTick, watch, type Ref } from 'vue'

/**
 * Loads more of a list whenever its end is near: when it is scrolled, and while it does not fill its box. Called in setup.
 * @param more resolves when it is loaded, or could not be
 * @param distancePx how far below the visible part the end may be, in pixels
 */
export function useNearEnd(
  box: Readonly<Ref<HTMLElement | null>>,
  more: () => unknown,
  { distancePx, canLoad }: { distancePx: number; canLoad: () => boolean },
): void {
  let loading = false

  async function look(): Promise<void> {
    const element = box.value
    if (!element || loading || !canLoad()) return
    const height = element.scrollHeight
    if (height - element.scrollTop - element.clientHeight > distancePx) return
    loading = true
    try {
      await more()
      await nextTick()
    } finally {
      loading = false
    }
    // A failed request is tried again when somebody scrolls.
    if (element.scrollHeight > height) void look()
  }

  useEventListener(box, 'scroll', look, { passive: true })
  useResizeObserver(box, look)
  watch(canLoad, look, { flush: 'post' })
}

import { useEventListener } from '@vueuse/core'
import type { VirtualizerHandle } from 'virtua/vue'
import type { ShallowRef } from 'vue'
import type { Row } from './messageRows'

/** Within this distance the list counts as being at its end, and follows new messages. */
const STICK_WITHIN_PX = 80
/** Milliseconds that a message has to be on the screen to count as seen. */
const REPORT_DELAY_MS = 150

/** The events by which a reader scrolls: wheel, finger, key and scroll bar. */
const READER_MOVES = ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const

interface ScrollOptions {
  list: Readonly<ShallowRef<VirtualizerHandle | null>>
  /** The element that scrolls. */
  box: Readonly<ShallowRef<HTMLElement | null>>
  rows: Ref<readonly Row[]>
  hasOlder: () => boolean
  hasNewer: () => boolean
  older: () => void
  newer: () => void
  seen: (seq: number) => void
}

/**
 * Where the list stands: opens at the first unread message, else at the end; stays at the end while one is there;
 * asks for more near either edge; tells which message has been seen.
 */
export function useMessageScroll({ list, box, rows, hasOlder, hasNewer, older, newer, seen }: ScrollOptions) {
  /** False until the list stands where it opens. Before that its scroll position means nothing. */
  const positioned = ref(false)
  const atEnd = ref(true)
  /** The index of the topmost row on the screen. */
  const topIndex = ref(0)
  let opening = 0
  let telling: ReturnType<typeof setTimeout> | undefined
  /**
   * Scrolls the list back to its position after a row has got its real height. Virtua's own scrollToIndex does
   * that too, but goes on when the reader has begun to scroll, and takes them back.
   */
  let hold: (() => void) | null = null
  /** The program chose the position: it is kept until the reader moves. Otherwise only the very end is kept. */
  let chosen = false

  function stand(go: () => void) {
    hold = go
    chosen = true
    go()
  }

  function release() {
    hold = null
    chosen = false
  }

  const end = () => box.value?.scrollTo({ top: box.value.scrollHeight, behavior: 'instant' })

  function toEnd() {
    atEnd.value = !hasNewer()
    stand(end)
  }

  /** Brings a row to the top, or to the middle of the screen. */
  function toRow(key: string, align: 'start' | 'center') {
    stand(() => {
      const handle = list.value
      const index = rows.value.findIndex((row) => row.key === key)
      if (!handle || index < 0) return
      const above = align === 'start' ? 8 : (handle.viewportSize - handle.getItemSize(index)) / 2
      box.value?.scrollTo({ top: handle.getItemOffset(index) - above, behavior: 'instant' })
    })
  }

  /**
   * Changes the height of an element in a row. It stays where it is on the screen while the list measures again.
   * @param shift pixels by which it moves up besides
   */
  async function keepPosition(element: HTMLElement, change: () => void, shift = 0) {
    const before = element.getBoundingClientRect().top
    release()
    change()
    await nextTick()
    let up = 0
    const back = () => {
      if (element.isConnected)
        box.value?.scrollBy({ top: element.getBoundingClientRect().top - before + up, behavior: 'instant' })
    }
    stand(back)
    // The list measures, and moves by what it measured, over several frames. Going further than it knows of before that
    // would take the row away.
    for (let frame = 0; frame < 6; frame++) {
      await frames(1)
      if (hold !== back || !chosen) break
      if (frame === 2) up = shift
      back()
    }
    if (hold !== back) return
    release()
    onScroll()
  }

  /** Goes to the first unread message, or to the end. It takes several frames until the rows there are measured. */
  async function open(at: 'unread' | 'end' = 'unread') {
    const turn = ++opening
    positioned.value = false
    await nextTick()
    const unread = at === 'end' ? undefined : rows.value.find(({ kind }) => kind === 'unread')
    if (unread) {
      atEnd.value = false
      toRow(unread.key, 'start')
    } else toEnd()
    await frames(3)
    if (turn !== opening) return
    positioned.value = true
    onScroll()
  }

  function onScroll() {
    const handle = list.value
    if (!handle || !positioned.value) return
    const below = handle.scrollSize - handle.scrollOffset - handle.viewportSize
    atEnd.value = below < STICK_WITHIN_PX && !hasNewer()
    topIndex.value = handle.findItemIndex(handle.scrollOffset)
    if (!chosen) hold = below < 2 && !hasNewer() ? end : null
    const reach = handle.viewportSize * 1.5
    if (handle.scrollOffset < reach && hasOlder()) older()
    if (below < reach && hasNewer()) newer()
    tellSeen()
  }

  /** The window or a row changed its height. The list knows it after the next rendering. */
  async function onResize() {
    await nextTick()
    if (hold) hold()
    else if (positioned.value) onScroll()
  }

  for (const move of READER_MOVES) useEventListener(box, move, () => (chosen = false), { passive: true })

  /** Reports later: the rows may be there before the list has scrolled to its position. */
  function tellSeen() {
    telling ??= setTimeout(() => {
      telling = undefined
      const seq = newestSeen()
      if (seq !== null) seen(seq)
    }, REPORT_DELAY_MS)
  }

  function newestSeen(): number | null {
    const handle = list.value
    if (!handle || !positioned.value || document.visibilityState !== 'visible' || !document.hasFocus()) return null
    const bottom = handle.scrollOffset + handle.viewportSize
    for (let index = atEnd.value ? rows.value.length - 1 : handle.findItemIndex(bottom - 16); index >= 0; index--) {
      const row = rows.value[index]
      if (row && 'seq' in row && row.seq !== null) return row.seq
    }
    return null
  }

  useEventListener(window, 'focus', tellSeen)
  // A short list does not scroll, and a new message is seen nevertheless.
  watch(rows, tellSeen, { flush: 'post' })
  useEventListener(document, 'visibilitychange', tellSeen)
  onScopeDispose(() => clearTimeout(telling))

  /** Scrolls smoothly over a screen or two. Further it would only be a blur. */
  function jump() {
    const handle = list.value
    if (!handle) return
    const below = handle.scrollSize - handle.scrollOffset - handle.viewportSize
    const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches
    if (calm || below >= handle.viewportSize * 2) return toEnd()
    hold = end
    chosen = true
    box.value?.scrollTo({ top: box.value.scrollHeight, behavior: 'smooth' })
  }

  return { positioned, atEnd, topIndex, open, toEnd, toRow, keepPosition, jump, onScroll, onResize }
}

async function frames(count: number) {
  for (let frame = 0; frame < count; frame++) await new Promise((resolve) => requestAnimationFrame(resolve))
}

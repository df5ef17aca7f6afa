import { useEventListener } from '@vueuse/core'
import type { VirtualizerHandle } from 'virtua/vue'
import type { ShallowRef } from 'vue'
import type { Row } from './messageRows'

/** Within this distance of the end one counts as being there, and new messages pull the list along. */
const STICK_WITHIN = 80
/** Milliseconds that something has to be on the screen to count as seen. */
const TELL_AFTER = 150

interface ScrollOptions {
  list: Readonly<ShallowRef<VirtualizerHandle | null>>
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
export function useMessageScroll({ list, rows, hasOlder, hasNewer, older, newer, seen }: ScrollOptions) {
  /** False until the list stands where it opens: before that its place says nothing. */
  const placed = ref(false)
  const atEnd = ref(true)
  let opening = 0
  let telling: ReturnType<typeof setTimeout> | undefined

  function toEnd(smooth = false) {
    const last = rows.value.length - 1
    if (last >= 0) list.value?.scrollToIndex(last, { align: 'end', smooth })
  }

  /** Goes where the reader left off, or to the end. Several frames pass until the rows there have been measured. */
  async function open(at: 'unread' | 'end' = 'unread') {
    const turn = ++opening
    placed.value = false
    await nextTick()
    const unread = at === 'end' ? -1 : rows.value.findIndex(({ kind }) => kind === 'unread')
    atEnd.value = unread < 0
    if (unread < 0) toEnd()
    else list.value?.scrollToIndex(unread, { align: 'start', offset: -8 })
    await frames(3)
    if (turn !== opening) return
    placed.value = true
    onScroll()
  }

  function onScroll() {
    const handle = list.value
    if (!handle || !placed.value) return
    const below = handle.scrollSize - handle.scrollOffset - handle.viewportSize
    atEnd.value = below < STICK_WITHIN && !hasNewer()
    const reach = handle.viewportSize * 1.5
    if (handle.scrollOffset < reach && hasOlder()) older()
    if (below < reach && hasNewer()) newer()
    tellSeen()
  }

  /** The window or a row changed its height: whoever was at the end stays there. */
  function onResize() {
    if (atEnd.value) toEnd()
    else if (placed.value) onScroll()
  }

  /** Never at once: the rows may be there before the place is. */
  function tellSeen() {
    telling ??= setTimeout(() => {
      telling = undefined
      const seq = newestSeen()
      if (seq !== null) seen(seq)
    }, TELL_AFTER)
  }

  function newestSeen(): number | null {
    const handle = list.value
    if (!handle || !placed.value || document.visibilityState !== 'visible' || !document.hasFocus()) return null
    const bottom = handle.scrollOffset + handle.viewportSize
    for (let index = atEnd.value ? rows.value.length - 1 : handle.findItemIndex(bottom - 16); index >= 0; index--) {
      const row = rows.value[index]
      if (row && 'seq' in row && row.seq !== null) return row.seq
    }
    return null
  }

  useEventListener(window, 'focus', tellSeen)
  // Where there is room for all of it nothing scrolls, and a new message is seen nevertheless.
  watch(rows, tellSeen, { flush: 'post' })
  useEventListener(document, 'visibilitychange', tellSeen)
  onScopeDispose(() => clearTimeout(telling))

  /** Smooth over a screen or two; further it would only be a blur. */
  function jump() {
    const handle = list.value
    if (!handle) return
    const below = handle.scrollSize - handle.scrollOffset - handle.viewportSize
    const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches
    toEnd(below < handle.viewportSize * 2 && !calm)
  }

  return { placed, atEnd, open, toEnd, jump, onScroll, onResize }
}

async function frames(count: number) {
  for (let frame = 0; frame < count; frame++) await new Promise((resolve) => requestAnimationFrame(resolve))
}

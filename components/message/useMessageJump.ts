import { useTimeoutFn } from '@vueuse/core'
import type { ConversationHistory } from '~/stores/messages/messages'

/** The most pages that a jump loads on its way back. People do not wait longer. */
const MAX_PAGES = 30
const HIGHLIGHT_MS = 1_600

/** Goes to a message of the open chat by its `seq`, and loads what lies between. */
export function useMessageJump(options: {
  history: () => ConversationHistory | undefined
  loadOlder: () => Promise<void>
  show: (seq: number) => boolean | undefined
  missed: () => void
}) {
  const pointedSeq = ref<number | null>(null)
  const fading = useTimeoutFn(() => (pointedSeq.value = null), HIGHLIGHT_MS, { immediate: false })

  async function jump(seq: number) {
    const first = () => options.history()?.messages[0]?.seq ?? 0
    for (let pages = 0; first() > seq && options.history()?.hasOlder && pages < MAX_PAGES; pages++) {
      const before = first()
      await options.loadOlder()
      if (first() === before) break
    }
    await nextTick()
    if (!options.show(seq)) return options.missed()
    // Rows that were never drawn have guessed heights: once they are measured the position is right.
    await new Promise((resolve) => requestAnimationFrame(resolve))
    options.show(seq)
    pointedSeq.value = seq
    fading.start()
  }

  return { pointedSeq, jump }
}

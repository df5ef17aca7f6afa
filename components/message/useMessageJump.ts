import { useTimeoutFn } from '@vueuse/core'

const HIGHLIGHT_MS = 1_600

/** Goes to a message of the open chat by its `seq`, however far away it is. */
export function useMessageJump(options: {
  /** Loads the part around a message. @returns whether that worked */
  showAround: (seq: number) => Promise<boolean>
  show: (seq: number) => boolean | undefined
  missed: () => void
}) {
  const pointedSeq = ref<number | null>(null)
  const fading = useTimeoutFn(() => (pointedSeq.value = null), HIGHLIGHT_MS, { immediate: false })

  async function jump(seq: number) {
    if (!(await options.showAround(seq))) return options.missed()
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

import { computed, shallowRef, type Component } from 'vue'
import type { Block } from './formatting'

/** The parser and the component that shows what it makes. They are loaded with the first text that may need them. */
interface Formatting {
  blocksOf: (text: string) => Block[]
  view: Component
}

/** What may be formatted: a pair of signs, or a line that begins a quote, a list or a block of code. */
const SIGNS = /[*_~`]|\|\||\]\(|^ *(?:> |[-+•] |\d{1,9}[.)] )/m

const formatting = shallowRef<Formatting | null>(null)
let loading: Promise<void> | null = null

function load(): void {
  loading ??= Promise.all([import('./formatting'), import('./CommonFormatted.vue')]).then(
    ([{ blocksOf }, { default: view }]) => void (formatting.value = { blocksOf, view }),
    () => void (loading = null),
  )
}

/** Null until texts can be shown formatted. What measures texts measures again when it changes. */
export const formattingReady = computed(() => formatting.value !== null)

/** A text as blocks, and how they are shown. Null: it is plain, or the parser is not loaded yet. Called in setup. */
export function useFormatting(text: () => string) {
  return computed(() => {
    if (!SIGNS.test(text())) return null
    if (!formatting.value) {
      load()
      return null
    }
    const { blocksOf, view } = formatting.value
    const blocks = blocksOf(text())
    return { view, blocks }
  })
}

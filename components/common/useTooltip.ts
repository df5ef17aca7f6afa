/** The name of a button that is shown beside it. */
export interface Tooltip {
  readonly anchor: HTMLElement
  readonly label: string
  readonly side: 'top' | 'bottom' | 'left' | 'right'
}

const OPEN_AFTER_MS = 500
/** One for the whole page: there is one pointer. Only browsers change it. */
const shown = shallowRef<Tooltip | null>(null)
let timer: ReturnType<typeof setTimeout> | undefined

/** The tooltip of the page, which `CommonTooltip` draws. */
export function useTooltip() {
  function hide() {
    clearTimeout(timer)
    shown.value = null
  }

  /** @param delayMs milliseconds until it appears */
  function show(tooltip: Tooltip, delayMs = OPEN_AFTER_MS) {
    hide()
    timer = setTimeout(() => (shown.value = tooltip), delayMs)
  }

  return { shown, show, hide }
}

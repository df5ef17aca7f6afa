export interface ToastAction {
  label: string
  run: () => void
  /** The reader closes the toast without it. */
  onClose?: () => void
}

export interface Toast {
  id: number
  text: string
  kind: 'done' | 'problem'
  /** What the reader can do about it. */
  action?: ToastAction
}

const SHOWN_MS = 6_000
const MAX_TOASTS = 3
let last = 0

/** Short messages about what just happened, on every page. Called in setup. */
export function useToasts() {
  const list = useState<Toast[]>('toasts', () => [])

  function dismiss(id: number) {
    list.value = list.value.filter((toast) => toast.id !== id)
  }

  function toast(text: string, kind: Toast['kind'] = 'done', action?: ToastAction) {
    const id = ++last
    const others = list.value.filter((known) => known.text !== text || known.action)
    list.value = [...others, { id, text, kind, action }].slice(-MAX_TOASTS)
    setTimeout(dismiss, SHOWN_MS, id)
  }

  return { list, toast, dismiss }
}

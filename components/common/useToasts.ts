export interface Toast {
  id: number
  text: string
  kind: 'done' | 'problem'
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

  function toast(text: string, kind: Toast['kind'] = 'done') {
    const id = ++last
    list.value = [...list.value.filter((known) => known.text !== text), { id, text, kind }].slice(-MAX_TOASTS)
    setTimeout(dismiss, SHOWN_MS, id)
  }

  return { list, toast, dismiss }
}

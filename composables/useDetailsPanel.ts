export type PanelView =
  | {
      name:
        | 'add'
        | 'permissions'
        | 'invites'
        | 'requests'
        | 'bans'
        | 'audit'
        | 'ending'
        | 'handOver'
        | 'shared'
        | 'pins'
    }
  | { name: 'member'; userId: string }
  | { name: 'thread'; messageId: string }

/** The details panel of the open chat: whether it is open, and the views over its first screen. */
export function useDetailsPanel() {
  const isOpen = useState('group-panel-open', () => false)
  const views = useState<PanelView[]>('group-panel-views', () => [])
  const asked = useState('group-panel-asked', () => false)
  const view = computed(() => views.value.at(-1) ?? null)

  /** Opens the panel with its first screen, or with a view over it. */
  function open(...over: PanelView[]) {
    views.value = over
    isOpen.value = asked.value = true
  }

  /** Another chat is shown. */
  function enter(beside: boolean) {
    views.value = []
    if (!beside) isOpen.value = false
  }

  /** Whether it was just opened by hand. It is true once. */
  function takesFocus(): boolean {
    const taken = asked.value
    asked.value = false
    return taken
  }

  function push(next: PanelView) {
    views.value = [...views.value, next]
  }

  function back() {
    views.value = views.value.slice(0, -1)
  }

  function close() {
    isOpen.value = false
    views.value = []
  }

  return { isOpen, view, open, enter, takesFocus, push, back, close }
}

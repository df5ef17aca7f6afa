import { useEventListener } from '@vueuse/core'
import { isLayerOpen } from './useLayer'
import { useListFocus } from './useListFocus'

interface Pane {
  conversationId?: string
  /** The field that a typed letter goes to. */
  composer?: () => HTMLElement | null
  /** Whether something in the pane has all keys for itself. */
  isBusy?: () => boolean
  /** Ends something of the pane, which Escape does before it leaves. Tells whether there was anything to end. */
  end?: () => boolean
}

/**
 * The keys of an open pane, wherever the focus is: Escape goes back to the list, a letter goes to the composer. A
 * question mark shows the keys (`useChatKeys`).
 * It listens in the capturing phase, while a dialog that the key is going to close is still open.
 */
export function usePaneKeys({ conversationId, composer = () => null, isBusy, end }: Pane = {}) {
  const { focusInList } = useListFocus()

  useEventListener(
    window,
    'keydown',
    (event) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
      if (isLayerOpen() || isBusy?.()) return
      if (event.key === 'Escape') {
        void leave(event.target)
        return
      }
      if ([...event.key].length === 1 && event.key !== ' ' && event.key !== '?' && !takesKeys(event.target))
        composer()?.focus()
    },
    { capture: true },
  )

  /**
   * Goes back to the list, and to the conversation's line in it. Other fields are not left: a slip would lose their
   * text.
   */
  async function leave(target: EventTarget | null) {
    if (target instanceof Element && target.closest('[data-keeps-escape]')) return
    if (end?.()) return
    if (takesKeys(target) && target !== composer()) return
    await navigateTo('/')
    await nextTick()
    if (conversationId) await focusInList(conversationId)
  }
}

/** Whether something takes the keys that are typed now: a field. */
export function takesKeys(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable="true"]') !== null
}

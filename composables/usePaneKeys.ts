import { useEventListener } from '@vueuse/core'

/**
 * The keys of an open chat, wherever the focus is: Escape goes back to the list, a letter goes on writing.
 * Listens while the event goes down, when an open dialog or menu is still there to be seen.
 * @param escape something of the pane that Escape ends first; tells whether there was any
 */
export function usePaneKeys(conversationId?: string, escape?: () => boolean) {
  useEventListener(
    window,
    'keydown',
    (event) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
      if (document.querySelector('[role="dialog"], [role="menu"], [role="alertdialog"], [data-takes-keys]')) return
      if (event.key === 'Escape') {
        leave(event.target)
        return
      }
      if ([...event.key].length === 1 && event.key !== ' ' && !takesKeys(event.target)) composer()?.focus()
    },
    { capture: true },
  )

  /** Back to the list, and there to where one came from. What is typed into a form is not left by a slip. */
  async function leave(target: EventTarget | null) {
    if (target instanceof Element && target.closest('[data-keeps-escape]')) return
    if (escape?.()) return
    if (takesKeys(target) && target !== composer()) return
    await navigateTo('/')
    await nextTick()
    if (conversationId) document.querySelector<HTMLElement>(`[data-id="${conversationId}"]`)?.focus()
  }
}

function composer(): HTMLTextAreaElement | null {
  return document.querySelector<HTMLTextAreaElement>('#composer')
}

function takesKeys(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable="true"]') !== null
}

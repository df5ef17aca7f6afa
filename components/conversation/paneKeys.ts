import { useEventListener } from '@vueuse/core'

/**
 * The keys of an open chat, wherever the focus is: Escape goes back to the list, a letter goes on writing.
 * Listens while the event goes down, when an open dialog or menu is still there to be seen.
 */
export function usePaneKeys() {
  useEventListener(
    window,
    'keydown',
    (event) => {
      if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
      if (document.querySelector('[role="dialog"], [role="menu"], [role="alertdialog"]')) return
      if (event.key === 'Escape') return void navigateTo('/')
      if ([...event.key].length === 1 && event.key !== ' ' && !takesKeys(event.target)) composer()?.focus()
    },
    { capture: true },
  )
}

export function composer(): HTMLTextAreaElement | null {
  return document.querySelector<HTMLTextAreaElement>('#composer')
}

function takesKeys(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable="true"]') !== null
}

import { onScopeDispose, toValue, watch, type MaybeRefOrGetter } from 'vue'
import type { PickedFile } from '~/client/uploads/types'

/**
 * Takes files that are pasted into an element. Copied text stays text, also where its program adds a picture of it.
 * @param onFiles gets the files that were pasted, at least one
 */
export function useFilePaste(
  target: MaybeRefOrGetter<HTMLElement | null | undefined>,
  onFiles: (files: PickedFile[]) => void,
  enabled: MaybeRefOrGetter<boolean> = true,
): void {
  function onPaste(event: ClipboardEvent): void {
    const { clipboardData } = event
    if (!clipboardData || !toValue(enabled) || isText(clipboardData.types)) return
    const files = [...clipboardData.files].map((file) => ({ file }))
    if (files.length === 0) return
    event.preventDefault()
    onFiles(files)
  }

  const stop = watch(
    () => toValue(target),
    (element, _before, onCleanup) => {
      element?.addEventListener('paste', onPaste)
      onCleanup(() => element?.removeEventListener('paste', onPaste))
    },
    { immediate: true, flush: 'post' },
  )
  onScopeDispose(stop)
}

/** Cells and formatted text come with a picture of themselves. A copied file comes with its name only. */
function isText(types: readonly string[]): boolean {
  return types.includes('text/plain') && (types.includes('text/html') || types.includes('text/rtf'))
}

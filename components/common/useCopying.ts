import { useTimeoutFn } from '@vueuse/core'

const SAID_FOR_MS = 2_000

/** Copies texts. `copied` is true for two seconds afterwards. Called in setup. */
export function useCopying() {
  const copied = ref(false)
  const { start } = useTimeoutFn(() => (copied.value = false), SAID_FOR_MS, { immediate: false })

  async function copy(text: string): Promise<void> {
    if (!(await copyText(text))) return
    copied.value = true
    start()
  }

  return { copied, copy }
}

/** Copies a text, also on a page over plain http, which has no clipboard of its own. @returns whether that worked */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copySelected(text)
  }
}

function copySelected(text: string): boolean {
  const field = Object.assign(document.createElement('textarea'), { value: text, readOnly: true })
  field.style.cssText = 'position: fixed; opacity: 0'
  const before = document.activeElement
  document.body.append(field)
  field.select()
  const done = document.execCommand('copy')
  field.remove()
  if (before instanceof HTMLElement) before.focus({ preventScroll: true })
  return done
}

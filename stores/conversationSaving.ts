import type { Conversation } from '#shared/schemas/conversation'
import { useTab } from './tab'

const SAVE_DELAY_MS = 1_000

/** Writes changed conversations into the browser's cache, several at a time. Part of the conversations store. */
export function conversationSaving(find: (id: string) => Conversation | undefined) {
  const tab = useTab()
  const unsaved = new Set<string>()
  let cancelTimer: (() => void) | null = null

  function add(id: string): void {
    unsaved.add(id)
    cancelTimer ??= tab.client().environment.after(SAVE_DELAY_MS, save)
  }

  function save(): void {
    cancel()
    const changed = [...unsaved].flatMap((id) => find(id) ?? [])
    unsaved.clear()
    if (changed.length > 0) void tab.client().cache.saveConversations(changed)
  }

  function cancel(): void {
    cancelTimer?.()
    cancelTimer = null
  }

  return { add, save, cancel, forget: (id: string) => void unsaved.delete(id) }
}

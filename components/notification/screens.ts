import { onScopeDispose, watch } from 'vue'

/** The locks that say which chats are on screen in this browser. A tab that dies releases its own. */
const LOCK = 'webchat-screen '

/** Tells the other tabs which chat is on screen in this one. Null: none. */
export function holdScreen(conversationId: () => string | null): void {
  let release = () => {}
  watch(
    conversationId,
    (id) => {
      release()
      if (!id || !navigator.locks) return
      const isOver = new Promise<void>((resolve) => (release = resolve))
      void navigator.locks.request(LOCK + id, { mode: 'shared' }, () => isOver)
    },
    { immediate: true },
  )
  onScopeDispose(() => release())
}

/** The chats that are on screen in any tab of this browser. @param own the one in this tab */
export async function chatsOnScreen(own: string | null): Promise<string[]> {
  const { held = [] } = (await navigator.locks?.query()) ?? {}
  const ids = held.flatMap(({ name = '' }) => (name.startsWith(LOCK) ? [name.slice(LOCK.length)] : []))
  return own ? [...ids, own] : ids
}

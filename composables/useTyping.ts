import { onScopeDispose, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { usePresenceStore } from '~/stores/presence'
import { useTab } from '~/stores/tab'

const IDLE_AFTER_MS = 4_000

/** Tells others that I am typing. Call `onInput` at every key, and `stop` when the text is sent. It ends after 4 s. */
export function useTyping(conversationId: MaybeRefOrGetter<string>) {
  const presence = usePresenceStore()
  const tab = useTab()
  let cancelIdle: (() => void) | null = null
  let typingIn: string | null = null

  function onInput(): void {
    const id = toValue(conversationId)
    if (typingIn && typingIn !== id) stop()
    typingIn = id
    presence.setTyping(id, true)
    cancelIdle?.()
    cancelIdle = tab.client().environment.after(IDLE_AFTER_MS, stop)
  }

  function stop(): void {
    cancelIdle?.()
    cancelIdle = null
    if (typingIn) presence.setTyping(typingIn, false)
    typingIn = null
  }

  watch(() => toValue(conversationId), stop)
  onScopeDispose(stop)
  return { onInput, stop }
}

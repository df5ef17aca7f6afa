import { customRef, onScopeDispose, toValue, watch, type MaybeRefOrGetter, type Ref } from 'vue'
import { draftKey } from '~/client/drafts'
import { useConversationsStore } from '~/stores/conversations'
import { useSessionStore } from '~/stores/session'
import { useTab } from '~/stores/tab'

const SAVE_AFTER = 300

/**
 * The unfinished message of a conversation: mine alone, kept over reloads, the same in all tabs.
 * Empty it when the message is sent. Without a working storage it lives as long as the page.
 */
export function useDraft(conversationId: MaybeRefOrGetter<string>): Ref<string> {
  const session = useSessionStore()
  const conversations = useConversationsStore()
  const { environment } = useTab().client()
  const keyNow = () => (session.me ? draftKey(session.me.id, toValue(conversationId)) : null)
  let key = keyNow()
  let text = read()
  let trigger = () => {}
  let cancelSaving: (() => void) | null = null

  function read(): string {
    return (key && environment.storage.get(key)) ?? ''
  }

  function save(): void {
    if (!cancelSaving) return
    cancelSaving()
    cancelSaving = null
    if (!key) return
    if (text === '') environment.storage.remove(key)
    else environment.storage.set(key, text)
  }

  function write(next: string): void {
    if (next === text) return
    text = next
    cancelSaving?.()
    cancelSaving = environment.after(SAVE_AFTER, save)
    // A sent message must not come back as a draft after a reload.
    if (next === '') save()
    trigger()
  }

  const stopStorage = environment.onStorage((changedKey, changed) => {
    if (changedKey !== key || cancelSaving) return
    text = changed ?? ''
    trigger()
  })
  const stopSignals = environment.onSignal((signal) => signal === 'hidden' && save())
  watch(
    keyNow,
    (next) => {
      // Signed out: what was typed must not be stored again after the drafts were wiped.
      if (next === null) cancelSaving?.()
      else save()
      cancelSaving = null
      key = next
      text = read()
      trigger()
    },
    { flush: 'sync' },
  )
  // Taken from me: what I was about to say there goes with it.
  const stopRemovals = conversations.onRemoved(({ id }) => {
    if (id !== toValue(conversationId)) return
    cancelSaving?.()
    cancelSaving = null
    text = ''
    trigger()
  })
  onScopeDispose(() => {
    save()
    stopRemovals()
    stopStorage()
    stopSignals()
  })

  return customRef((track, tell) => {
    trigger = tell
    return {
      get: () => {
        track()
        return text
      },
      set: write,
    }
  })
}

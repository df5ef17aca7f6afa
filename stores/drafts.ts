import { defineStore } from 'pinia'
import { shallowRef, watch, type ShallowRef } from 'vue'
import { draftKey } from '~/client/storage/drafts'
import { useConversationsStore } from './conversations'
import { useSessionStore } from './session'
import { useTab } from './tab'

const SAVE_DELAY_MS = 300

/** The drafts of this tab, one for each conversation. `useDraft` reads and writes them. */
export const useDraftsStore = defineStore('drafts', () => {
  const { environment } = useTab().client()
  const session = useSessionStore()
  const texts = new Map<string, ShallowRef<string>>()
  /** Drafts that are not stored yet, with the function that cancels the storing. */
  const unsaved = new Map<string, () => void>()

  function keyOf(conversationId: string): string | null {
    return session.me ? draftKey(session.me.id, conversationId) : null
  }

  function textOf(key: string): ShallowRef<string> {
    const known = texts.get(key)
    if (known) return known
    const text = shallowRef(environment.storage.get(key) ?? '')
    texts.set(key, text)
    return text
  }

  function write(key: string, next: string): void {
    const text = textOf(key)
    if (next === text.value) return
    text.value = next
    unsaved.get(key)?.()
    unsaved.set(
      key,
      environment.after(SAVE_DELAY_MS, () => save(key)),
    )
    // A sent message must not come back as a draft after a reload.
    if (next === '') save(key)
  }

  /** Stores the draft now. After signing out nothing is stored, because the drafts were wiped. */
  function save(key: string): void {
    const cancel = unsaved.get(key)
    if (!cancel) return
    cancel()
    unsaved.delete(key)
    const prefix = keyOf('')
    if (!prefix || !key.startsWith(prefix)) return
    const text = textOf(key).value
    if (text === '') environment.storage.remove(key)
    else environment.storage.set(key, text)
  }

  /** Cancels the storing of a draft. */
  function drop(key: string): void {
    unsaved.get(key)?.()
    unsaved.delete(key)
    const text = texts.get(key)
    if (text) text.value = ''
  }

  environment.onStorage((key, changed) => {
    const text = unsaved.has(key) ? undefined : texts.get(key)
    if (text) text.value = changed ?? ''
  })
  environment.onSignal((signal) => {
    if (signal === 'hidden') for (const key of [...unsaved.keys()]) save(key)
  })
  // The draft of a conversation that I left or lost is removed.
  useConversationsStore().onRemoved(({ id }) => {
    const key = keyOf(id)
    if (key) drop(key)
  })
  watch(
    () => session.me?.id,
    () => {
      for (const key of [...texts.keys()]) drop(key)
      texts.clear()
    },
    { flush: 'sync' },
  )

  return { keyOf, textOf, write, save }
})

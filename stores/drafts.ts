import { defineStore } from 'pinia'
import { shallowRef, watch, type ShallowRef } from 'vue'
import { draftKey, replyKey } from '~/client/storage/drafts'
import { useConversationsStore } from './conversations'
import { draftSyncing } from './draftSyncing'
import { useSessionStore } from './session'
import { useTab } from './tab'

const SAVE_DELAY_MS = 300

/** The drafts of this tab, one for each conversation. `useDraft` reads and writes them. */
export const useDraftsStore = defineStore('drafts', () => {
  const { environment } = useTab().client()
  const session = useSessionStore()
  const conversations = useConversationsStore()
  const texts = new Map<string, ShallowRef<string>>()
  /** Drafts that are not stored yet, with the function that cancels the storing. */
  const unsaved = new Map<string, () => void>()
  const syncing = draftSyncing({ keyOf, textOf: (key) => textOf(key).value, replace })

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

  /** Applies what was typed here. */
  function write(conversationId: string, next: string): void {
    change(conversationId, keyOf(conversationId), next)
  }

  /** Applies which message is answered here. @param messageId empty: none */
  function writeReply(conversationId: string, messageId: string): void {
    const key = keyOf(conversationId)
    change(conversationId, key && replyKey(key), messageId)
  }

  function change(conversationId: string, key: string | null, next: string): void {
    if (!key) return
    const text = textOf(key)
    if (next === text.value) return
    text.value = next
    unsaved.get(key)?.()
    unsaved.set(
      key,
      environment.after(SAVE_DELAY_MS, () => save(key)),
    )
    syncing.typed(conversationId)
    // A sent message must not come back as a draft after a reload.
    if (next === '') save(key)
  }

  /** Applies what another device typed. */
  function replace(key: string, next: string): void {
    unsaved.get(key)?.()
    unsaved.delete(key)
    textOf(key).value = next
    store(key, next)
  }

  /** Stores the draft now. After signing out nothing is stored, because the drafts were wiped. */
  function save(key: string): void {
    const cancel = unsaved.get(key)
    if (!cancel) return
    cancel()
    unsaved.delete(key)
    const prefix = keyOf('')
    if (prefix && key.startsWith(prefix)) store(key, textOf(key).value)
  }

  function store(key: string, text: string): void {
    if (text === '') environment.storage.remove(key)
    else environment.storage.set(key, text)
  }

  /** The chat is left: what was typed there is stored, and goes to the other devices. */
  function leave(conversationId: string): void {
    const key = keyOf(conversationId)
    for (const each of key ? [key, replyKey(key)] : []) save(each)
    syncing.push(conversationId)
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
    if (signal !== 'hidden') return
    for (const key of [...unsaved.keys()]) save(key)
    syncing.flush()
  })
  conversations.onDraft(({ id, draft }) => syncing.receive(id, draft))
  // The draft of a conversation that I left or lost is removed.
  conversations.onRemoved(({ id }) => {
    const key = keyOf(id)
    syncing.forget(id)
    for (const each of key ? [key, replyKey(key)] : []) drop(each)
  })
  watch(
    () => session.me?.id,
    () => {
      syncing.clear()
      for (const key of [...texts.keys()]) drop(key)
      texts.clear()
    },
    { flush: 'sync' },
  )

  return { keyOf, textOf, write, writeReply, leave, receive: syncing.receive, flush: syncing.flush }
})

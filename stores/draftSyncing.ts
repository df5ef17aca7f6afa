import type { Draft } from '#shared/schemas/conversation'
import { LIMITS } from '#shared/limits'
import { asApiError } from '~/client/http/apiError'
import { replacedBy } from '~/client/storage/draftSync'
import { replyKey, typedKey, unsyncedDrafts } from '~/client/storage/drafts'
import { useClock } from './clock'
import { useSessionStore } from './session'
import { useTab } from './tab'

/** Milliseconds after the last key until the other devices learn of a draft. */
const PUSH_DELAY_MS = 1_500

interface Lent {
  /** The storage key of a draft. Null: nobody is signed in. */
  keyOf(conversationId: string): string | null
  textOf(key: string): string
  replace(key: string, text: string): void
}

/** Keeps the drafts the same on all my devices. Part of the drafts store. */
export function draftSyncing({ keyOf, textOf, replace }: Lent) {
  const client = useTab().client()
  const { environment } = client
  const session = useSessionStore()
  const clock = useClock()
  /** Drafts that the server will get soon, with the function that cancels that. */
  const soon = new Map<string, () => void>()
  const underWay = new Set<string>()

  /** What was typed here waits to be sent. An emptied draft was sent or given up, and does not wait. */
  function typed(conversationId: string): void {
    const key = keyOf(conversationId)
    if (!key) return
    environment.storage.set(typedKey(key), String(clock.now()))
    if (isEmpty(key)) push(conversationId)
    else pushSoon(conversationId)
  }

  const isEmpty = (key: string) => textOf(key) === '' && textOf(replyKey(key)) === ''

  function pushSoon(conversationId: string): void {
    soon.get(conversationId)?.()
    soon.set(
      conversationId,
      environment.after(PUSH_DELAY_MS, () => push(conversationId)),
    )
  }

  /** Sends a draft to the server, if it does not have it. Never throws: the next flush tries again. */
  function push(conversationId: string): void {
    const key = keyOf(conversationId)
    soon.get(conversationId)?.()
    soon.delete(conversationId)
    const mark = key && environment.storage.get(typedKey(key))
    if (!mark || underWay.has(conversationId)) return
    // A message ends the draft, so a draft that was typed after it goes after it.
    if (!isEmpty(key) && isSending(conversationId)) return pushSoon(conversationId)
    void send(conversationId, key, mark)
  }

  async function send(conversationId: string, key: string, mark: string): Promise<void> {
    const text = textOf(key)
    const replyToId = textOf(replyKey(key))
    if ([...text].length > LIMITS.messageCharacters) return
    const userId = session.me?.id
    underWay.add(conversationId)
    const failure = await client.conversations
      .saveDraft(conversationId, { text, ...(replyToId && { replyToId }) })
      .then(
        () => null,
        (thrown) => asApiError(thrown).code,
      )
    underWay.delete(conversationId)
    if (session.me?.id !== userId) return
    const isSettled = failure === null || failure === 'NOT_FOUND' || failure === 'INVALID'
    const isSame = textOf(key) === text && textOf(replyKey(key)) === replyToId
    if (isSettled && isSame && environment.storage.get(typedKey(key)) === mark)
      environment.storage.remove(typedKey(key))
    else if (failure === null) pushSoon(conversationId)
  }

  function isSending(conversationId: string): boolean {
    const entries = client.outbox?.entries ?? []
    return entries.some((entry) => entry.conversationId === conversationId && entry.state !== 'failed')
  }

  /** Applies a draft that the server told of. */
  function receive(conversationId: string, draft: Draft | null): void {
    const key = keyOf(conversationId)
    if (!key) return
    const mark = environment.storage.get(typedKey(key))
    const local = { text: textOf(key), replyToId: textOf(replyKey(key)), typedAt: mark === null ? null : Number(mark) }
    const other = replacedBy(local, draft, clock.now())
    if (other === null) return
    environment.storage.remove(typedKey(key))
    replace(key, other.text)
    replace(replyKey(key), other.replyToId)
  }

  /** Sends all drafts that the server does not have: after a time offline, and before the page may be gone. */
  function flush(): void {
    if (session.me) for (const id of unsyncedDrafts(environment.storage, session.me.id)) push(id)
  }

  function forget(conversationId: string): void {
    soon.get(conversationId)?.()
    soon.delete(conversationId)
  }

  function clear(): void {
    for (const id of [...soon.keys()]) forget(id)
    underWay.clear()
  }

  return { typed, push, receive, flush, forget, clear }
}

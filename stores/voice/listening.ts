import { defineStore } from 'pinia'
import { reactive, watch } from 'vue'
import type { Message } from '#shared/schemas/message'
import { asApiError } from '~/client/http/apiError'
import { readListening, writeListening } from '~/client/voice/listening'
import { useConnectionStore } from '../sync/connection'
import { useMessagesStore } from '../messages/messages'
import { useSessionStore } from '../session'
import { useTab } from '../tab'

/**
 * Which voice messages I have heard, and where I stopped in each. The server learns once that a message was heard. This
 * browser remembers the rest.
 */
export const useListeningStore = defineStore('listening', () => {
  const tab = useTab()
  const session = useSessionStore()
  const messages = useMessagesStore()
  const connection = useConnectionStore()
  const heard = reactive(new Map<string, { conversationId: string; isAnnounced: boolean }>())
  const positions = new Map<string, number>()
  let announcing = false

  /** Whether I have heard it. Of my own message: whether anybody has. */
  function isHeard(message: Pick<Message, 'id' | 'senderId' | 'heardBy'>): boolean {
    const me = session.me?.id ?? ''
    // Messages that an older version of this page cached name nobody.
    const hearers = message.heardBy ?? []
    return message.senderId === me ? hearers.length > 0 : hearers.includes(me) || heard.has(message.id)
  }

  function markHeard(message: Pick<Message, 'id' | 'conversationId' | 'senderId' | 'heardBy'>): void {
    if (message.senderId === session.me?.id || isHeard(message)) return
    heard.set(message.id, { conversationId: message.conversationId, isAnnounced: false })
    save()
    void announceAll()
  }

  /** Announces to the server what was heard. What fails is announced when the connection is back. */
  async function announceAll(): Promise<void> {
    if (announcing) return
    announcing = true
    for (const [messageId, entry] of heard) {
      if (entry.isAnnounced) continue
      const isDone = await messages.markHeard(entry.conversationId, messageId).then(
        () => true,
        // The message was deleted, or I can no longer see it. Nobody waits for the announcement.
        (thrown) => asApiError(thrown).status >= 400 && asApiError(thrown).status < 500,
      )
      if (!isDone) break
      entry.isAnnounced = true
      save()
    }
    announcing = false
  }

  /** Milliseconds. */
  const positionOf = (id: string) => positions.get(id) ?? 0

  /** @param position 0 for one that was heard to its end */
  function leaveAt(id: string, position: number): void {
    positions.delete(id)
    if (position > 0) positions.set(id, Math.round(position))
    save()
  }

  function save(): void {
    if (!session.me) return
    const list = [...heard].map(([messageId, entry]) => ({ messageId, ...entry }))
    writeListening(tab.client().environment.storage, session.me.id, { positions: [...positions], heard: list })
  }

  function load(userId: string | undefined): void {
    heard.clear()
    positions.clear()
    if (!userId) return
    const kept = readListening(tab.client().environment.storage, userId)
    for (const { messageId, ...entry } of kept.heard) heard.set(messageId, entry)
    for (const [id, position] of kept.positions) positions.set(id, position)
  }

  watch(() => session.me?.id, load, { immediate: true, flush: 'sync' })
  watch(
    () => connection.state === 'online',
    (online) => {
      if (online) void announceAll()
    },
  )

  return { isHeard, markHeard, positionOf, leaveAt }
})

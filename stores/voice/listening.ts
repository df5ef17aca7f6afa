import { defineStore } from 'pinia'
import { reactive, watch } from 'vue'
import type { Message } from '#shared/schemas/message'
import { asApiError } from '~/client/http/apiError'
import { readListening, writeListening } from '~/client/voice/places'
import { useConnectionStore } from '../sync/connection'
import { useMessagesStore } from '../messages/messages'
import { useSessionStore } from '../session'
import { useTab } from '../tab'

/** What I have listened to, and where I left each message. The server is told once a message; this browser remembers the rest. */
export const useListeningStore = defineStore('listening', () => {
  const tab = useTab()
  const session = useSessionStore()
  const messages = useMessagesStore()
  const connection = useConnectionStore()
  const heard = reactive(new Map<string, { conversationId: string; told: boolean }>())
  const places = new Map<string, number>()
  let telling = false

  /** Whether I have listened to it; of my own, whether anybody has. */
  function isHeard(message: Pick<Message, 'id' | 'senderId' | 'heardBy'>): boolean {
    const me = session.me?.id ?? ''
    // What an older version of this page has kept names nobody.
    const hearers = message.heardBy ?? []
    return message.senderId === me ? hearers.length > 0 : hearers.includes(me) || heard.has(message.id)
  }

  function markHeard(message: Pick<Message, 'id' | 'conversationId' | 'senderId' | 'heardBy'>): void {
    if (message.senderId === session.me?.id || isHeard(message)) return
    heard.set(message.id, { conversationId: message.conversationId, told: false })
    save()
    void tellAll()
  }

  /** What could not be told is told when the connection is back. */
  async function tellAll(): Promise<void> {
    if (telling) return
    telling = true
    for (const [messageId, entry] of heard) {
      if (entry.told) continue
      const isDone = await messages.hear(entry.conversationId, messageId).then(
        () => true,
        // Deleted, or no longer mine to see: nobody waits for it.
        (thrown) => asApiError(thrown).status >= 400 && asApiError(thrown).status < 500,
      )
      if (!isDone) break
      entry.told = true
      save()
    }
    telling = false
  }

  /** Milliseconds. */
  const positionOf = (id: string) => places.get(id) ?? 0

  /** @param position 0 for one that was heard to its end */
  function leaveAt(id: string, position: number): void {
    places.delete(id)
    if (position > 0) places.set(id, Math.round(position))
    save()
  }

  function save(): void {
    if (!session.me) return
    const list = [...heard].map(([messageId, entry]) => ({ messageId, ...entry }))
    writeListening(tab.client().environment.storage, session.me.id, { places: [...places], heard: list })
  }

  function load(userId: string | undefined): void {
    heard.clear()
    places.clear()
    if (!userId) return
    const kept = readListening(tab.client().environment.storage, userId)
    for (const { messageId, ...entry } of kept.heard) heard.set(messageId, entry)
    for (const [id, position] of kept.places) places.set(id, position)
  }

  watch(() => session.me?.id, load, { immediate: true, flush: 'sync' })
  watch(
    () => connection.state === 'online',
    (online) => {
      if (online) void tellAll()
    },
  )

  return { isHeard, markHeard, positionOf, leaveAt }
})

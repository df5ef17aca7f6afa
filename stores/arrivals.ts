import { defineStore } from 'pinia'
import type { Conversation } from '#shared/schemas/conversation'
import type { Message } from '#shared/schemas/message'
import { Hook } from '~/client/hook'

/** Tells of messages that are new in this tab, each once: by an event, or by what a sync brought after an interruption. */
export const useArrivals = defineStore('arrivals', () => {
  const arrived = new Hook<Message>()
  /** The `seq` of the newest message that was told, by conversation. */
  const newest = new Map<string, number>()
  let isSettled = false

  function arrive(message: Message): void {
    if (message.seq <= (newest.get(message.conversationId) ?? 0)) return
    newest.set(message.conversationId, message.seq)
    arrived.tell(message)
  }

  /** A sync was applied. After the first one, what is there counts as known; later, the newest message of each chat is told. */
  function settle(conversations: readonly Conversation[]): void {
    for (const { id, lastSeq, lastMessage } of conversations) {
      if (isSettled && lastMessage) arrive(lastMessage)
      else newest.set(id, Math.max(lastSeq, newest.get(id) ?? 0))
    }
    isSettled = true
  }

  function clear(): void {
    newest.clear()
    isSettled = false
  }

  return { arrive, settle, clear, on: (listener: (message: Message) => void) => arrived.on(listener) }
})

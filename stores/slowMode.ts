import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import type { Message } from '#shared/schemas/message'

/** When I last sent or edited a message in each conversation, as far as this tab knows. Slow mode needs it. */
export const useSlowMode = defineStore('slowMode', () => {
  /** Milliseconds of the server's clock. */
  const lastSentAt = shallowReactive<Record<string, number>>({})

  function learn({ conversationId, createdAt, editedAt, kind }: Message): void {
    const at = Date.parse(editedAt ?? createdAt)
    if (kind === 'text' && at > (lastSentAt[conversationId] ?? 0)) lastSentAt[conversationId] = at
  }

  function forget(conversationId: string): void {
    delete lastSentAt[conversationId]
  }

  function clear(): void {
    for (const id of Object.keys(lastSentAt)) forget(id)
  }

  return { lastSentAt, learn, forget, clear }
})

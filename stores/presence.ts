import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { LIMITS } from '#shared/limits'
import type { Presence } from '#shared/protocol/client'
import { useSessionStore } from './session'
import { useTab } from './tab'

const WATCH_DELAY_MS = 300
/** Milliseconds after which a typing signal is renewed, so that others see no break. */
const TYPING_RENEWAL = LIMITS.typingTimeout / 2

/** Who is online and who is typing, of the people on the screen. */
export const usePresenceStore = defineStore('presence', () => {
  const tab = useTab()
  const session = useSessionStore()
  /** The state of people who are not in it is not known. Without a connection that is everybody. */
  const byId = shallowReactive<Record<string, Presence>>({})
  const typingBy = shallowReactive<Record<string, readonly string[]>>({})

  const watchers = new Map<symbol, string[]>()
  const fading = new Map<string, () => void>()
  const announcedTyping = new Map<string, number>()
  let cancelAsking: (() => void) | null = null
  let lastAsked = ''

  /** Follows these people. @returns a function that ends it */
  function watch(userIds: string[]): () => void {
    const watcher = Symbol('watcher')
    watchers.set(watcher, userIds)
    askSoon()
    return () => {
      watchers.delete(watcher)
      askSoon()
    }
  }

  function askSoon(): void {
    cancelAsking ??= tab.client().environment.after(WATCH_DELAY_MS, () => {
      cancelAsking = null
      void ask()
    })
  }

  async function ask(): Promise<void> {
    const userIds = [...new Set([...watchers.values()].reverse().flat())].slice(0, LIMITS.presenceWatched).sort()
    const { socket } = tab.client()
    if (!socket.isOpen || userIds.join() === lastAsked) return
    lastAsked = userIds.join()
    try {
      const { presence } = await socket.request('presence.watch', { userIds })
      for (const [userId, known] of Object.entries(presence)) byId[userId] = known
    } catch {
      lastAsked = ''
    }
  }

  /** The server has forgotten whom we watch. */
  function connected(): void {
    lastAsked = ''
    if (watchers.size > 0) askSoon()
  }

  /** Forgets what was known of others, because it would get old without updates. */
  function disconnected(): void {
    for (const userId of Object.keys(byId)) delete byId[userId]
    announcedTyping.clear()
  }

  function apply({ userId, online, lastSeenAt }: Presence & { userId: string }): void {
    byId[userId] = { online, lastSeenAt }
  }

  /** Ids of the others who are typing in a conversation now. */
  function typing(conversationId: string): readonly string[] {
    return typingBy[conversationId] ?? []
  }

  function applyTyping(conversationId: string, userId: string, isTyping: boolean): void {
    if (userId === session.me?.id) return
    const key = `${conversationId} ${userId}`
    fading.get(key)?.()
    fading.delete(key)
    const others = typing(conversationId).filter((id) => id !== userId)
    typingBy[conversationId] = isTyping ? [...others, userId] : others
    if (!isTyping) return
    const fade = () => applyTyping(conversationId, userId, false)
    fading.set(key, tab.client().environment.after(LIMITS.typingTimeout, fade))
  }

  /** A message of this person has arrived, so they have stopped typing. */
  function clearTyping(conversationId: string, userId: string | null): void {
    if (userId && typing(conversationId).includes(userId)) applyTyping(conversationId, userId, false)
  }

  /** Tells others that I am typing, or not any more. Call it as often as you like. Nothing is sent while offline. */
  function setTyping(conversationId: string, isTyping: boolean): void {
    const { socket, environment } = tab.client()
    const announcedAt = announcedTyping.get(conversationId)
    if (!socket.isOpen || (!isTyping && announcedAt === undefined)) return
    if (isTyping && announcedAt !== undefined && environment.now() - announcedAt < TYPING_RENEWAL) return
    if (isTyping) announcedTyping.set(conversationId, environment.now())
    else announcedTyping.delete(conversationId)
    socket.request('typing.set', { conversationId, typing: isTyping }).catch(() => {})
  }

  /** My message is sent. Others see it, and need no further signal. */
  function typingDone(conversationId: string): void {
    announcedTyping.delete(conversationId)
  }

  function removeConversation(conversationId: string): void {
    delete typingBy[conversationId]
    announcedTyping.delete(conversationId)
  }

  function clear(): void {
    disconnected()
    for (const cancel of fading.values()) cancel()
    fading.clear()
    for (const id of Object.keys(typingBy)) delete typingBy[id]
    lastAsked = ''
  }

  return {
    byId,
    watch,
    typing,
    setTyping,
    apply,
    applyTyping,
    clearTyping,
    typingDone,
    connected,
    disconnected,
    removeConversation,
    clear,
  }
})

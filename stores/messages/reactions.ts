import { computed, shallowReactive } from 'vue'
import type { Message, Reaction } from '#shared/schemas/message'
import { useEmojiStore } from '../emoji'
import { useSessionStore } from '../session'
import { useTab } from '../tab'

/** What the row offers to a person who has not reacted yet. */
const FIRST = ['👍', '❤️', '😂', '😮', '😢', '🙏']

/** A chip under a message. */
export interface ShownReaction {
  emoji: string
  count: number
  mine: boolean
}

/** My reactions. Part of the messages store. */
export function messageReactions(applyAnswer: (message: Message) => void) {
  const tab = useTab()
  const session = useSessionStore()
  const emojis = useEmojiStore()
  const usual = computed(() => [...new Set([...emojis.used, ...FIRST])].slice(0, FIRST.length))
  /** Reactions of mine that the server has not answered, by message and emoji. True: added. */
  const pending = shallowReactive(new Map<string, Map<string, boolean>>())

  /** The six emoji that I use most, from what this browser knows. */
  function usualReactions(): string[] {
    return usual.value
  }

  /** The reactions of a message as they will be when the server has answered. */
  function shownReactions(messageId: string, reactions: readonly Reaction[]): ShownReaction[] {
    const me = session.me?.id ?? ''
    const waiting = new Map(pending.get(messageId))
    const known = reactions.map(({ emoji, count, userIds, mine }) => {
      const was = mine ?? userIds.includes(me)
      const will = waiting.get(emoji) ?? was
      waiting.delete(emoji)
      return { emoji, count: count + Number(will) - Number(was), mine: will }
    })
    const added = [...waiting].filter(([, on]) => on).map(([emoji]) => ({ emoji, count: 1, mine: true }))
    return [...known, ...added].filter(({ count }) => count > 0)
  }

  /** Adds my reaction, or takes it back. @throws ApiError: FORBIDDEN, NOT_FOUND, INVALID for too many kinds, OFFLINE */
  async function react(conversationId: string, messageId: string, emoji: string, on: boolean): Promise<void> {
    const wish = () => pending.get(messageId)?.get(emoji)
    const isUnderWay = wish() !== undefined
    setPending(messageId, emoji, on)
    // The last wish counts. One request at a time asks for it, because two could arrive in the other order.
    if (isUnderWay) return
    try {
      for (let asked: boolean | undefined; asked !== wish();) {
        asked = wish()!
        applyAnswer(await request(conversationId, messageId, emoji, asked))
        if (asked) emojis.countUse(emoji)
      }
    } finally {
      setPending(messageId, emoji, null)
    }
  }

  async function request(conversationId: string, messageId: string, emoji: string, on: boolean): Promise<Message> {
    const { socket, conversations } = tab.client()
    if (!socket.isOpen) return conversations.react(conversationId, messageId, emoji, on)
    const type = on ? 'reaction.set' : 'reaction.unset'
    return (await socket.request(type, { conversationId, messageId, emoji })).message
  }

  /** Adds my reaction, or takes it back if I have reacted with this emoji. @throws ApiError, as `react` */
  function toggleReaction({ conversationId, id, reactions }: Message, emoji: string): Promise<void> {
    const isMine = shownReactions(id, reactions).some((shown) => shown.emoji === emoji && shown.mine)
    return react(conversationId, id, emoji, !isMine)
  }

  function setPending(messageId: string, emoji: string, on: boolean | null): void {
    const next = new Map(pending.get(messageId))
    if (on === null) next.delete(emoji)
    else next.set(emoji, on)
    if (next.size === 0) pending.delete(messageId)
    else pending.set(messageId, next)
  }

  /** A page of the people who have reacted. @throws ApiError */
  function reactors(conversationId: string, messageId: string, query: { emoji?: string; after?: string }) {
    return tab.client().conversations.reactors(conversationId, messageId, query)
  }

  return { toggleReaction, shownReactions, usualReactions, reactors }
}

import { LIMITS } from '#shared/limits'
import type { Conversation } from '#shared/schemas/conversation'
import type { Message } from '#shared/schemas/message'
import type { Client } from './client'

/** Beyond so many pages a fresh window costs less than catching up. */
const PAGES_MAX = 5

export interface Changes {
  conversations: Conversation[]
  removed: string[]
  /** By conversation: every change since the `rev` that was named, up to `upTo`; null where there are too many. */
  byConversation: Map<string, { messages: Message[]; upTo: number } | null>
}

/**
 * Asks what changed since these revs, page by page until nothing is left.
 * Over HTTP, not over the socket: after a long absence the answer may be larger than what the server lets wait on a
 * socket, and the connection would be closed for it again and again.
 * @throws ApiError; nothing is to be applied then
 */
export async function collectChanges(client: Client, revs: Record<string, number>): Promise<Changes> {
  const byConversation: Changes['byConversation'] = new Map()
  const removed = new Set<string>()
  let rest = revs
  for (let page = 1; ; page++) {
    const answer = await client.conversations.sync({ conversations: rest })
    for (const id of answer.removed) removed.add(id)
    rest = {}
    for (const [id, { messages, hasMore }] of Object.entries(answer.changes)) {
      const before = byConversation.get(id)
      const upTo = messages.reduce((highest, { rev }) => Math.max(highest, rev), before?.upTo ?? revs[id] ?? 0)
      const behind = (answer.conversations.find((each) => each.id === id)?.rev ?? upTo) - upTo
      const tooFar = hasMore && (page >= PAGES_MAX || messages.length === 0 || behind > PAGES_MAX * LIMITS.syncPage)
      byConversation.set(id, tooFar ? null : { messages: [...(before?.messages ?? []), ...messages], upTo })
      if (hasMore && !tooFar) rest[id] = upTo
    }
    if (Object.keys(rest).length === 0) {
      return { conversations: answer.conversations, removed: [...removed], byConversation }
    }
  }
}


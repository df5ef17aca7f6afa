import { LIMITS } from '#shared/limits'
import type { Conversation } from '#shared/schemas/conversation'
import type { Message } from '#shared/schemas/message'
import type { SyncInput } from '#shared/schemas/sync'
import type { Client } from '../client'

/** Pages after which a new window costs less than catching up. */
const MAX_PAGES = 5

export interface Changes {
  conversations: Conversation[]
  removed: string[]
  /** By conversation: every change since the given `rev`, up to `upTo`. Null: there are too many. */
  byConversation: Map<string, { messages: Message[]; upTo: number } | null>
}

/**
 * Fetches all changes since these revs, page by page: of the list of conversations, and of the messages. It uses HTTP
 * and not the socket. After a long absence the answer may be larger than what the server lets wait on a socket, and the
 * connection would be closed again and again.
 * @throws ApiError; nothing is to be applied then
 */
export async function collectChanges(client: Client, revs: Record<string, number>): Promise<Changes> {
  const byConversation: Changes['byConversation'] = new Map()
  const byId = new Map<string, Conversation>()
  const removed = new Set<string>()
  let rest: SyncInput | null = { conversations: revs }
  for (let page = 1; rest; page++) {
    const answer = await client.conversations.sync(rest)
    for (const conversation of answer.conversations) byId.set(conversation.id, conversation)
    for (const id of answer.removed) removed.add(id)
    const behind: Record<string, number> = {}
    for (const [id, { messages, hasMore }] of Object.entries(answer.changes)) {
      const before = byConversation.get(id)
      const upTo = messages.reduce((highest, { rev }) => Math.max(highest, rev), before?.upTo ?? revs[id] ?? 0)
      const missing = (byId.get(id)?.rev ?? upTo) - upTo
      const tooFar = hasMore && (page >= MAX_PAGES || missing > MAX_PAGES * LIMITS.syncPage)
      byConversation.set(id, tooFar ? null : { messages: [...(before?.messages ?? []), ...messages], upTo })
      if (hasMore && !tooFar) behind[id] = upTo
    }
    const isDone = !answer.next && Object.keys(behind).length === 0
    // The part of the list that has come is not asked for again.
    rest = isDone ? null : { conversations: behind, after: answer.next ?? lastId(byId) }
  }
  return { conversations: [...byId.values()], removed: [...removed], byConversation }
}

function lastId(byId: ReadonlyMap<string, Conversation>): string | undefined {
  return [...byId.keys()].reduce<string | undefined>((last, id) => (last && last > id ? last : id), undefined)
}

import { visibleFrom } from '#shared/domain/groups'
import { LIMITS } from '#shared/limits'
import type { SyncAnswer, SyncInput } from '#shared/schemas/sync'
import { presentMessage } from '../../presenters/message'
import { findConversations, type ConversationRecord } from '../../repositories/conversations'
import { findMembershipsOf } from '../../repositories/memberships'
import { findMessagesChangedSince, type MessageRecord } from '../../repositories/messages'
import { AnswerBudget, readUntilFull } from '../answerBudget'
import { viewPage } from '../conversations/list'

/** How many conversations' records are read at once. */
const STEP_SIZE = 100
/** How many conversations' messages are read at once. */
const MAX_CONCURRENT = 8
/** How many messages of a conversation the first read asks for. */
const FIRST_STEP_SIZE = 8

type Changes = SyncAnswer['changes'][string]

/**
 * Everything that a client missed: its conversations as they are now, and for each one that it holds, the messages that
 * changed after the `rev` it had applied. A conversation that has not changed costs no query for messages. One that no
 * longer fits into this answer comes without messages and with `hasMore`.
 */
export async function changesSince(userId: string, input: SyncInput): Promise<SyncAnswer> {
  const memberships = await findMembershipsOf(userId)
  const page = await viewPage(userId, memberships, input.after)
  const membershipOf = new Map(memberships.map((one) => [one.conversationId.toString(), one]))
  const changes: Record<string, Changes> = {}
  const present = new Set<string>()
  const budget = new AnswerBudget(LIMITS.syncBytes)
  let messagesLeft: number = LIMITS.syncMessages
  const named = Object.keys(input.conversations).filter((id) => membershipOf.has(id))
  while (named.length > 0) {
    const records = await findConversations(named.splice(0, STEP_SIZE))
    for (const record of records) present.add(record._id.toString())
    const behind = records.filter((record) => record.rev > input.conversations[record._id.toString()]!)
    while (behind.length > 0) {
      const some = behind.splice(0, MAX_CONCURRENT)
      const found = await Promise.all(some.map(changesOf))
      for (const [index, record] of some.entries()) changes[record._id.toString()] = found[index]!
      messagesLeft -= found.reduce((sum, { messages }) => sum + messages.length, 0)
    }
  }
  return { ...page, changes, removed: Object.keys(input.conversations).filter((id) => !present.has(id)) }

  async function changesOf({ _id, settings }: ConversationRecord): Promise<Changes> {
    const id = _id.toString()
    const from = visibleFrom(settings, membershipOf.get(id)!)
    if (budget.left === 0 || messagesLeft <= 0) return { messages: [], hasMore: true }
    const { items, hasMore } = await readUntilFull({
      limit: LIMITS.syncPage,
      budget,
      first: FIRST_STEP_SIZE,
      read: (last: MessageRecord | undefined, count) =>
        findMessagesChangedSince(id, last?.rev ?? input.conversations[id]!, from, count),
      present: (message) => presentMessage(message, from, userId),
    })
    return { messages: items, hasMore }
  }
}

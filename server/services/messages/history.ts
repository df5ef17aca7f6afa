import { visibleFrom } from '#shared/domain/groups'
import { LIMITS } from '#shared/limits'
import type { HistoryQuery, Message, MessagePage } from '#shared/schemas/message'
import { presentMessage } from '../../presenters/message'
import { findMessagesBetween, findSeqAt, type MessageRecord } from '../../repositories/messages'
import { AnswerBudget, readUntilFull } from '../answerBudget'
import { requireActiveMember } from '../conversations/membership'

const END = Number.MAX_SAFE_INTEGER

/**
 * A page of a conversation, ascending by `seq`: the messages before a `seq`, after one or around one, or the newest. A
 * page of large messages ends early, with `hasMore`. A page around a `seq` contains it, with half of the page before
 * it.
 * @throws AppError NOT_FOUND
 */
export async function readHistory(userId: string, conversationId: string, query: HistoryQuery): Promise<MessagePage> {
  const { conversation, membership } = await requireActiveMember(conversationId, userId)
  const from = visibleFrom(conversation.settings, membership)
  const { before, after, at, limit } = query
  const around =
    at === undefined ? query.around : 1 + (await findSeqAt(conversationId, Date.parse(at) - 1, conversation.seq))
  if (after !== undefined) return readAfter(after)
  if (around === undefined) return readBefore(before ?? END)
  const half = Math.floor(limit / 2)
  const [older, newer] = await Promise.all([
    readBefore(around, LIMITS.pageBytes / 2),
    readAfter(around - 1, LIMITS.pageBytes / 2),
  ])
  // At the beginning or end of the conversation, the other side fills the page.
  const newerCount = Math.max(limit - half, limit - older.messages.length)
  const olderCount = limit - Math.min(newer.messages.length, newerCount)
  const messages = [...older.messages.slice(-olderCount || END), ...newer.messages.slice(0, newerCount)]
  const isCut = messages.length < older.messages.length + newer.messages.length
  return { messages, hasMore: isCut || older.hasMore || newer.hasMore }

  async function readBefore(seq: number, bytes?: number): Promise<MessagePage> {
    const { items, hasMore } = await walk('end', { above: from, below: seq }, bytes)
    return { messages: items.reverse(), hasMore }
  }

  async function readAfter(seq: number, bytes?: number): Promise<MessagePage> {
    const { items, hasMore } = await walk('start', { above: Math.max(seq, from), below: END }, bytes)
    return { messages: items, hasMore }
  }

  function walk(
    side: 'start' | 'end',
    bounds: { above: number; below: number },
    bytes: number = LIMITS.pageBytes,
  ): Promise<{ items: Message[]; hasMore: boolean }> {
    return readUntilFull({
      limit,
      budget: new AnswerBudget(bytes),
      read: (last: MessageRecord | undefined, count) => {
        const remaining = last
          ? { ...bounds, ...(side === 'start' ? { above: last.seq } : { below: last.seq }) }
          : bounds
        return findMessagesBetween(conversationId, remaining, side, count)
      },
      present: (message) => presentMessage(message, from, userId),
    })
  }
}

import { visibleFrom } from '#shared/domain/groups'
import type { HistoryQuery, MessagePage } from '#shared/schemas/message'
import { presentMessage } from '../../presenters/message'
import { findMessagesBetween, type MessageRecord } from '../../repositories/messages'
import { requirePlace } from '../conversations/membership'

const END = Number.MAX_SAFE_INTEGER

interface Page {
  messages: MessageRecord[]
  hasMore: boolean
}

/**
 * A page of a conversation, ascending by `seq`: before a place, after one, around one, or the newest.
 * `around` keeps the place itself, with half of the page before it.
 * @throws AppError NOT_FOUND
 */
export async function readHistory(userId: string, conversationId: string, query: HistoryQuery): Promise<MessagePage> {
  const { conversation, membership } = await requirePlace(conversationId, userId)
  const from = visibleFrom(conversation.settings, membership.joinedSeq)
  const page = await pageOf(conversationId, from, query)
  return { messages: page.messages.map((message) => presentMessage(message, from)), hasMore: page.hasMore }
}

async function pageOf(id: string, from: number, { before, after, around, limit }: HistoryQuery): Promise<Page> {
  if (after !== undefined) return pageAfter(id, Math.max(after, from), limit)
  if (around === undefined) return pageBefore(id, from, before ?? END, limit)
  const half = Math.floor(limit / 2)
  const [older, newer] = await Promise.all([pageBefore(id, from, around, limit), pageAfter(id, Math.max(around - 1, from), limit)])
  // At either end of the conversation the other side fills the page.
  const newerCount = Math.max(limit - half, limit - older.messages.length)
  const olderCount = limit - Math.min(newer.messages.length, newerCount)
  const messages = [...older.messages.slice(-olderCount || END), ...newer.messages.slice(0, newerCount)]
  const cut = messages.length < older.messages.length + newer.messages.length
  return { messages, hasMore: cut || older.hasMore || newer.hasMore }
}

async function pageBefore(id: string, from: number, seq: number, limit: number): Promise<Page> {
  const found = await findMessagesBetween(id, { above: from, below: seq }, 'end', limit + 1)
  return { messages: found.slice(-limit), hasMore: found.length > limit }
}

async function pageAfter(id: string, seq: number, limit: number): Promise<Page> {
  const found = await findMessagesBetween(id, { above: seq, below: END }, 'start', limit + 1)
  return { messages: found.slice(0, limit), hasMore: found.length > limit }
}

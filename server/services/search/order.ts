import type { Message } from '#shared/schemas/message'
import type { MessageRecord } from '../../repositories/messages'

/** A message that was found, as it is stored and as the searcher sees it. */
export interface Found {
  record: MessageRecord
  message: Message
}

/** When it was sent, in milliseconds. */
export function timeOf({ record }: Found): number {
  return record.createdAt.getTime()
}

/** Sorts by time, and within a conversation by `seq`, which no clock decides. */
export function newestFirst({ record: a }: Found, { record: b }: Found): number {
  if (a.conversationId.equals(b.conversationId)) return b.seq - a.seq
  return b.createdAt.getTime() - a.createdAt.getTime() || (a._id.toString() < b._id.toString() ? 1 : -1)
}

/** Whether a message comes after the cursor in the results. */
export function isBefore(record: MessageRecord, cursor: MessageRecord | Date): boolean {
  if (cursor instanceof Date) return record.createdAt < cursor
  return newestFirst({ record } as Found, { record: cursor } as Found) > 0
}

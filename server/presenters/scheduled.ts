import type { Scheduled } from '#shared/schemas/scheduled'
import type { ScheduledRecord } from '../models/scheduled'

/** A scheduled message, as its author sees it. */
export function presentScheduled(record: ScheduledRecord): Scheduled {
  return {
    id: record._id.toString(),
    conversationId: record.conversationId.toString(),
    at: record.at.toISOString(),
    clientId: record.clientId,
    text: record.text,
    uploadIds: record.uploadIds.map(String),
    replyToId: record.replyToId?.toString() ?? null,
    state: record.state,
    reason: record.reason,
    createdAt: record.createdAt.toISOString(),
  }
}

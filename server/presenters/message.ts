import type { Message } from '#shared/schemas/message'
import type { MessageRecord } from '../models/message'

/** A message, the same for everyone who may see it. */
export function presentMessage(message: MessageRecord): Message {
  return {
    id: message._id.toString(),
    conversationId: message.conversationId.toString(),
    seq: message.seq,
    rev: message.rev,
    clientId: message.kind === 'system' ? null : message.clientId,
    kind: message.kind,
    senderId: message.senderId.toString(),
    text: message.text,
    notice: message.notice ?? null,
    attachments: [],
    replyTo: message.replyTo && {
      id: message.replyTo.id.toString(),
      seq: message.replyTo.seq,
      senderId: message.replyTo.senderId?.toString() ?? null,
      excerpt: message.replyTo.excerpt,
    },
    mentions: [],
    reactions: [],
    pinned: false,
    editedAt: message.editedAt?.toISOString() ?? null,
    deletedAt: message.deletedAt?.toISOString() ?? null,
    createdAt: message.createdAt.toISOString(),
  }
}

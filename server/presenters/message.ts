import { EVERYBODY, withoutCutMention } from '#shared/domain/text/mentions'
import { LIMITS } from '#shared/limits'
import type { LinkPreview, Message, Reaction } from '#shared/schemas/message'
import type { MessageRecord, PreviewRecord } from '../models/message'
import { presentAttachment } from './upload'

/**
 * A message, in the form that everyone who may see it gets.
 * @param from the `seq` up to which messages are hidden from the viewer; a reply does not quote them either
 * @param viewerId the person the answer is for, to mark their own reactions; none for what everyone gets
 */
export function presentMessage(message: MessageRecord, from = 0, viewerId?: string): Message {
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
    attachments: (message.attachments ?? []).map(presentAttachment),
    heardBy: (message.heardBy ?? []).map(String),
    replyTo: message.replyTo && {
      id: message.replyTo.id.toString(),
      seq: message.replyTo.seq,
      senderId: message.replyTo.senderId?.toString() ?? null,
      excerpt: message.replyTo.seq > from ? message.replyTo.excerpt : '',
      files: message.replyTo.seq > from ? message.replyTo.files : null,
    },
    threadId: message.threadId?.toString() ?? null,
    replies: message.replies ?? 0,
    forwardedFrom: message.forwardedFrom ? { senderId: message.forwardedFrom.toString() } : null,
    mentions: (message.mentions ?? []).filter((id) => id !== EVERYBODY),
    mentionsAll: message.mentions?.includes(EVERYBODY) ?? false,
    reactions: presentReactions(message, viewerId),
    pinned: typeof message.pinnedRev === 'number',
    preview: message.preview ? presentPreview(message.preview) : null,
    editedAt: message.editedAt?.toISOString() ?? null,
    deletedAt: message.deletedAt?.toISOString() ?? null,
    createdAt: message.createdAt.toISOString(),
  }
}

/** A message as the last one in a list of conversations. A long text is cut to its beginning, which the list shows. */
export function presentLastMessage(record: MessageRecord, from = 0): Message {
  const message = presentMessage(record, from)
  const max = LIMITS.lastMessageCharacters
  if (message.text.length <= max) return message
  const text = [...message.text.slice(0, max * 2)].slice(0, max).join('')
  return { ...message, text: withoutCutMention(text) }
}

function presentPreview({ imageId, ...preview }: PreviewRecord): LinkPreview {
  return { ...preview, imageUrl: imageId ? `/api/files/${imageId.toString()}` : null }
}

function presentReactions({ reactions = {} }: MessageRecord, viewerId?: string): Reaction[] {
  return Object.entries(reactions)
    .filter(([, people]) => people.length > 0)
    .map(([emoji, people]) => ({
      emoji,
      count: people.length,
      userIds: people.slice(0, LIMITS.reactorsShown).map(String),
      ...(viewerId && { mine: people.some((id) => id.toString() === viewerId) }),
    }))
}

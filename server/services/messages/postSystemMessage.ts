import { noticeText, splitNamed, type SystemNotice } from '#shared/domain/groups'
import { randomUUID } from 'node:crypto'
import { findConversation } from '../../repositories/conversations'
import { toRecordId, type Id } from '../../repositories/id'
import { findUsers } from '../../repositories/users'
import { appendAndPublish } from './append'

/** Writes a system message into a group, with a `seq` like any other message. Called within `inOrder`. */
export async function postSystemMessage(conversationId: Id, actorId: Id, notice: SystemNotice): Promise<void> {
  const [conversation, people] = await Promise.all([
    findConversation(conversationId),
    findUsers([actorId, ...splitNamed(notice.targetIds).named]),
  ])
  if (!conversation) return
  const names = new Map(people.map((person) => [person._id.toString(), person.displayName]))
  const nameOf = (id: string) => names.get(id) ?? 'Someone'
  const message = {
    conversationId: conversation._id,
    senderId: toRecordId(actorId),
    clientId: randomUUID(),
    kind: 'system' as const,
    text: noticeText(notice, nameOf(actorId.toString()), notice.targetIds.map(nameOf)),
    notice,
    attachments: [],
    shares: [],
    replyTo: null,
    editedAt: null,
    deletedAt: null,
    createdAt: new Date(),
  }
  await appendAndPublish(conversation, [message])
}

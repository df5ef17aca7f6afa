import { noticeText, type SystemNotice } from '#shared/domain/groups'
import type { AuditAction } from '#shared/schemas/group'
import { randomUUID } from 'node:crypto'
import { Types } from 'mongoose'
import { logSecurityEvent, type SecurityEvent } from '../../observability/securityEvents'
import { insertAudit } from '../../repositories/audit'
import { findConversation } from '../../repositories/conversations'
import type { Id } from '../../repositories/id'
import { findUsers } from '../../repositories/users'
import { appendAndTell } from '../messages/append'

/** Writes a system message into a group, as part of its order. Called within `inOrder`. */
export async function postNotice(conversationId: Id, actorId: Id, notice: SystemNotice): Promise<void> {
  const [conversation, people] = await Promise.all([
    findConversation(conversationId),
    findUsers([actorId, ...notice.targetIds.slice(0, 3)]),
  ])
  if (!conversation) return
  const names = new Map(people.map((person) => [person._id.toString(), person.displayName]))
  const nameOf = (id: string) => names.get(id) ?? 'Someone'
  const message = {
    conversationId: conversation._id,
    senderId: new Types.ObjectId(actorId),
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
  await appendAndTell(conversation, [message])
}

/** What of a group's log is a security event too. */
const SECURITY_EVENTS: Partial<Record<AuditAction, SecurityEvent>> = {
  'member.role': 'role.changed',
  'member.rights': 'rights.changed',
  'owner.changed': 'owner.changed',
  'permissions.changed': 'permissions.changed',
  'member.banned': 'member.banned',
  'member.unbanned': 'member.unbanned',
}

/** Notes in the group's log who changed what. */
export async function logChange(
  conversationId: Id,
  actorId: Id,
  action: AuditAction,
  targetId: Id | null = null,
  details: Record<string, unknown> = {},
): Promise<void> {
  await insertAudit({
    conversationId: new Types.ObjectId(conversationId),
    actorId: new Types.ObjectId(actorId),
    action,
    targetId: targetId ? new Types.ObjectId(targetId) : null,
    details,
  })
  const event = SECURITY_EVENTS[action]
  if (!event) return
  const ids = { userId: actorId.toString(), targetId: targetId?.toString(), conversationId: conversationId.toString() }
  logSecurityEvent(event, { ...ids, details })
}

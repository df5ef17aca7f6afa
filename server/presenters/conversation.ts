import { unreadCount } from '#shared/domain/messages'
import { rightsOf } from '#shared/domain/permissions'
import type { Conversation, Member } from '#shared/schemas/conversation'
import type { ConversationRecord } from '../models/conversation'
import type { MembershipRecord } from '../models/membership'
import type { MessageRecord } from '../models/message'
import type { UserRecord } from '../models/user'
import { presentMessage } from './message'
import { presentUser } from './user'

export interface ConversationParts {
  conversation: ConversationRecord
  membership: MembershipRecord
  lastMessage: MessageRecord | undefined
  peer: UserRecord | undefined
  /** Messages of the viewer's own after what he has read. */
  ownUnread: number
}

/** A conversation as one member sees it. */
export function presentConversation(parts: ConversationParts): Conversation {
  const { conversation, membership, lastMessage, peer, ownUnread } = parts
  return {
    id: conversation._id.toString(),
    kind: conversation.kind,
    name: null,
    description: null,
    avatarUrl: null,
    ownerId: null,
    permissions: {},
    settings: { history: 'all', slowModeSeconds: 0, joinApproval: false },
    memberCount: conversation.memberCount,
    lastSeq: conversation.seq,
    rev: conversation.rev,
    lastMessage: lastMessage ? presentMessage(lastMessage) : null,
    peer: peer ? presentUser(peer) : null,
    me: {
      role: membership.role,
      rights: rightsOf(conversation),
      until: null,
      lastReadSeq: membership.readSeq,
      unread: unreadCount(conversation.seq, membership.readSeq, ownUnread),
      mentions: 0,
      mutedUntil: membership.mutedUntil?.toISOString() ?? null,
      notify: membership.notify,
      pinned: membership.pinned,
      archived: membership.archived,
    },
    createdAt: conversation.createdAt.toISOString(),
    updatedAt: conversation.updatedAt.toISOString(),
  }
}

/** A member, the same for every other member. */
export function presentMember(membership: MembershipRecord, user: UserRecord): Member {
  return {
    user: presentUser(user),
    role: membership.role,
    allow: [],
    deny: [],
    until: null,
    joinedAt: membership.joinedAt.toISOString(),
    lastReadSeq: membership.readSeq,
  }
}

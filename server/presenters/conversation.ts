import { shownBlock } from '#shared/domain/blocks'
import { isArchived } from '#shared/domain/attention'
import { unreadCount, type UnreadAnswer } from '#shared/domain/messages'
import {
  lowestRole,
  overridesHold,
  RIGHTS,
  rightsOf,
  type Right,
  type Role,
  type Rules,
} from '#shared/domain/permissions'
import { visibleFrom } from '#shared/domain/groups'
import { standingOf } from '#shared/domain/standing'
import type { Conversation, Draft, Member } from '#shared/schemas/conversation'
import type { ConversationRecord } from '../models/conversation'
import type { DraftRecord } from '../models/draft'
import type { MembershipRecord } from '../models/membership'
import type { MessageRecord } from '../models/message'
import type { PersonRecord } from '../models/user'
import { presentLastMessage } from './message'
import { presentUser } from './user'

export interface ConversationParts {
  conversation: ConversationRecord
  membership: MembershipRecord
  lastMessage: MessageRecord | undefined
  peer: PersonRecord | undefined
  /** The viewer's draft; null: there is none. Undefined: it was not asked for. */
  draft?: DraftRecord | null
  /** About the messages after `readFrom`. */
  unread: UnreadAnswer
}

/** The `seq` after which messages count as unread for a member. Those up to it are read, or hidden from them. */
export function readFrom(conversation: ConversationRecord, membership: MembershipRecord): number {
  return Math.max(membership.readSeq, visibleFrom(conversation.settings, membership))
}

/** The settings of a conversation, also those that were never changed. */
export function presentSettings({ settings }: Pick<ConversationRecord, 'settings'>): Conversation['settings'] {
  return { hideDeleted: false, notify: 'all', linkPreviews: true, ...settings }
}

/** A conversation as one member sees it. */
export function presentConversation(parts: ConversationParts): Conversation {
  const { conversation, membership, lastMessage, peer } = parts
  const from = visibleFrom(conversation.settings, membership)
  const isVisible = lastMessage && lastMessage.seq > from
  return {
    id: conversation._id.toString(),
    kind: conversation.kind,
    name: conversation.name,
    description: conversation.description,
    avatarUrl: conversation.avatarId ? `/api/files/${conversation.avatarId.toString()}` : null,
    ownerId: conversation.ownerId?.toString() ?? null,
    permissions: presentPermissions(conversation),
    settings: presentSettings(conversation),
    memberCount: conversation.memberCount,
    lastSeq: conversation.seq,
    rev: conversation.rev,
    lastMessage: isVisible ? presentLastMessage(lastMessage, from) : null,
    peer: peer ? presentUser(peer) : null,
    me: presentMine(parts),
    createdAt: conversation.createdAt.toISOString(),
    updatedAt: conversation.updatedAt.toISOString(),
  }
}

/** What concerns the viewer alone. Each field is named, because spreads took most of the time of a long list. */
function presentMine({ conversation, membership, unread, draft }: ConversationParts): Conversation['me'] {
  const now = Date.now()
  const { role, allow, deny, until } = presentStanding(membership, now)
  const attention = presentAttention(conversation, membership)
  const mine: Conversation['me'] = {
    role,
    allow,
    deny,
    until,
    rights: presentRights(conversation, membership, now),
    unread: unreadCount(conversation.seq, readFrom(conversation, membership), unread.uncounted),
    mentions: unread.mentions,
    mentionSeqs: unread.mentionSeqs,
    pinned: membership.pinned,
    pinOrder: membership.pinOrder ?? 0,
    lastReadSeq: attention.lastReadSeq,
    mutedUntil: attention.mutedUntil,
    notify: attention.notify,
    notifyChosen: attention.notifyChosen,
    follows: attention.follows,
    archived: attention.archived,
    archivedSeq: attention.archivedSeq,
    returnsWith: attention.returnsWith,
    markedUnread: membership.markedUnread ?? false,
    clearedSeq: membership.clearedSeq ?? 0,
  }
  const block = shownBlock(membership.block)
  if (block) mine.block = block
  if (draft !== undefined) mine.draft = draft && presentDraft(draft)
  return mine
}

function presentDraft({ text, replyToId, updatedAt }: DraftRecord): Draft {
  return { text, replyToId: replyToId?.toString() ?? null, updatedAt: updatedAt.toISOString() }
}

/** What decides how a member is told of messages. What they have not chosen is as the group has it. */
export function presentAttention({ settings, seq }: ConversationRecord, membership: MembershipRecord) {
  const { notify, notifyChosen = notify !== 'all', archived, archivedSeq = 0, returnsWith = 'mention' } = membership
  return {
    lastReadSeq: membership.readSeq,
    mutedUntil: membership.mutedUntil?.toISOString() ?? null,
    notify: notifyChosen ? notify : (settings.notify ?? 'all'),
    notifyChosen,
    follows: (membership.follows ?? []).map(String),
    archived: isArchived({ archived, archivedSeq, returnsWith }, seq),
    archivedSeq,
    returnsWith,
  }
}

/** A member, in the form that every member sees. */
export function presentMember(membership: MembershipRecord, user: PersonRecord): Member {
  return {
    user: presentUser(user),
    ...presentStanding(membership, Date.now()),
    joinedAt: membership.joinedAt.toISOString(),
    lastReadSeq: membership.readSeq,
    ...(membership.lastRead && {
      lastRead: { after: membership.lastRead.after, at: membership.lastRead.at.toISOString() },
    }),
  }
}

/** A member's role and single rights. Single rights that have ended are left out. */
function presentStanding(membership: MembershipRecord, now: number) {
  const { role, allow, deny, until } = membership
  if (!overridesHold(standingOf(membership), now)) return { role, allow: [], deny: [], until: null }
  return { role, allow, deny, until: until?.toISOString() ?? null }
}

/**
 * The rights of members without single rights, in conversations with default permissions: one list per kind and role.
 */
const defaultRights = new Map<string, Right[]>()

function presentRights(conversation: ConversationRecord, membership: MembershipRecord, now: number): Right[] {
  const { allow, deny, role } = membership
  const block = shownBlock(membership.block)
  // The blocked are not told, so what others have done to them is left out.
  const standing = { ...standingOf(membership), block }
  if (allow.length > 0 || deny.length > 0 || block || !hasDefaultPermissions(conversation))
    return rightsOf(conversation, standing, now)
  const key = `${conversation.kind} ${role}`
  let rights = defaultRights.get(key)
  if (!rights) defaultRights.set(key, (rights = rightsOf(conversation, standing, now)))
  return rights
}

const defaultPermissions = permissionsOf({ kind: 'group', permissions: {} })

function presentPermissions(conversation: ConversationRecord): Partial<Record<Right, Role>> {
  if (conversation.kind === 'direct') return {}
  return hasDefaultPermissions(conversation) ? defaultPermissions : permissionsOf(conversation)
}

/** Whether a conversation has the default permissions. */
function hasDefaultPermissions({ permissions }: ConversationRecord): boolean {
  for (const _ in permissions) return false
  return true
}

function permissionsOf(rules: Rules): Record<Right, Role> {
  return Object.fromEntries(RIGHTS.map((right) => [right, lowestRole(rules, right)])) as Record<Right, Role>
}

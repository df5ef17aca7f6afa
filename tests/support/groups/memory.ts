import { Types } from 'mongoose'
import { announced } from '../../../server/repositories/changes'
import type { BanRecord } from '../../../server/models/ban'
import type { ConversationRecord } from '../../../server/models/conversation'
import type { JoinRequestRecord } from '../../../server/models/joinRequest'
import type { MembershipRecord } from '../../../server/models/membership'
import type { MessageRecord } from '../../../server/models/message'
import type { UnreadAnswer } from '#shared/domain/messages'
import { EVERYBODY } from '#shared/domain/text/mentions'
import type { UserRecord } from '../../../server/models/user'
import type { MessageChange } from '../../../server/repositories/messages'
import { deleteInvites } from './memoryInvites'
import { withChange } from './memoryChange'

export * from './memoryInvites'
import type { UnreadRange } from '../../../server/repositories/unread'

/**
 * The repositories as plain maps, so that tests can run the services for thousands of groups in seconds. Fewer of the same
 * sequences also run on the real repositories and the embedded database.
 */

type Id = Types.ObjectId | string
const key = (id: Id) => id.toString()
const oid = (id: Id) => new Types.ObjectId(key(id))

interface Group {
  conversation: ConversationRecord
  members: Map<string, MembershipRecord>
  messages: MessageRecord[]
  bans: Map<string, BanRecord>
  requests: Map<string, JoinRequestRecord>
  restrictions: Map<string, { deny: MembershipRecord['deny']; until: Date | null }>
}

const users = new Map<string, UserRecord>()
const groups = new Map<string, Group>()
const of = (id: Id) => groups.get(key(id))

// users
export const addUser = (user: UserRecord) => void users.set(key(user._id), user)
export const findUser = async (id: string) => users.get(id) ?? null
export const findPrivacy = async () => new Map()
export const findUsers = async (ids: readonly Id[]) => [...new Set(ids.map(key))].flatMap((id) => users.get(id) ?? [])

// conversations
export const findConversation = async (id: Id) => of(id)?.conversation ?? null
export const findConversations = async (ids: readonly Id[]) => ids.flatMap((id) => of(id)?.conversation ?? [])

export async function insertGroup(ownerId: Id, name: string, description: string): Promise<ConversationRecord> {
  const now = new Date()
  const conversation: ConversationRecord = {
    _id: new Types.ObjectId(),
    kind: 'group',
    name,
    description,
    avatarId: null,
    ownerId: oid(ownerId),
    permissions: {},
    settings: { history: 'all', slowModeSeconds: 0, joinApproval: false },
    memberCount: 0,
    seq: 0,
    rev: 0,
    lastMessageId: null,
    activeAt: now,
    createdAt: now,
    updatedAt: now,
  }
  groups.set(key(conversation._id), {
    conversation,
    members: new Map(),
    messages: [],
    bans: new Map(),
    requests: new Map(),
    restrictions: new Map(),
  })
  return conversation
}

export const changeConversation = (id: Id, fields: Partial<ConversationRecord>): Promise<ConversationRecord | null> =>
  announced(id, async () => {
    const group = of(id)
    if (!group) return null
    group.conversation = { ...group.conversation, ...fields }
    return group.conversation
  })

export const advanceConversation = (
  id: Id,
  newest: { rev: number; message?: { seq: number; id: Id; at: Date } },
): Promise<void> =>
  announced(id, async () => {
    const group = of(id)
    if (!group) return
    const { conversation } = group
    const { rev, message } = newest
    group.conversation = {
      ...conversation,
      ...(message &&
        message.seq > conversation.seq && { seq: message.seq, lastMessageId: oid(message.id), activeAt: message.at }),
      rev: Math.max(conversation.rev, rev),
    }
  })

export async function changeOwner(id: Id, from: Id, to: Id): Promise<ConversationRecord | null> {
  return of(id)?.conversation.ownerId?.equals(from) ? changeConversation(id, { ownerId: oid(to) }) : null
}
export const deleteConversation = (id: Id) => announced(id, async () => groups.delete(key(id)))
export const findOrInsertDirect = () => Promise.reject(new Error('not here'))

// memberships
export const findMembership = async (id: Id, userId: Id) => of(id)?.members.get(key(userId)) ?? null
export const findMembershipsOf = async (userId: Id) =>
  [...groups.values()].flatMap(({ members }) => members.get(key(userId)) ?? [])
export const conversationIdsOf = async (userId: Id) =>
  (await findMembershipsOf(userId)).map((one) => key(one.conversationId))
export const countMembers = async (id: Id) => of(id)?.members.size ?? 0
export const deleteMemberships = (id: Id) => announced(id, async () => of(id)?.members.clear())

export async function findMembers(id: Id, userIds?: readonly Id[]): Promise<MembershipRecord[]> {
  const members = of(id)?.members ?? new Map<string, MembershipRecord>()
  return userIds ? userIds.flatMap((userId) => members.get(key(userId)) ?? []) : [...members.values()]
}

export async function ensureMembers(
  id: Id,
  wanted: readonly { userId: Id; role: MembershipRecord['role'] }[],
  seq: number,
): Promise<string[]> {
  const { members } = of(id)!
  const added = wanted.filter(({ userId }) => !members.has(key(userId)))
  for (const { userId, role } of added) {
    const own = { notify: 'all' as const, mutedUntil: null, pinned: false, archived: false, joinedAt: new Date() }
    const rights = { role, allow: [], deny: [], until: null }
    const place = {
      _id: new Types.ObjectId(),
      conversationId: oid(id),
      userId: oid(userId),
      joinedSeq: seq,
      readSeq: seq,
    }
    members.set(key(userId), { ...place, ...rights, ...own })
  }
  return added.map(({ userId }) => key(userId))
}

export const deleteMembership = (id: Id, userId: Id, role: string): Promise<MembershipRecord | null> =>
  announced(id, async () => {
    const member = of(id)?.members.get(key(userId))
    if (member?.role !== role) return null
    of(id)!.members.delete(key(userId))
    return member
  })

export const changeMembership = (
  id: Id,
  userId: Id,
  role: string | null,
  fields: Partial<MembershipRecord>,
): Promise<MembershipRecord | null> =>
  announced(id, async () => {
    const member = of(id)?.members.get(key(userId))
    if (!member || (role !== null && member.role !== role)) return null
    const changed = { ...member, ...fields }
    of(id)!.members.set(key(userId), changed)
    return changed
  })
export const updateMembership = (id: Id, userId: Id, fields: Partial<MembershipRecord>) =>
  changeMembership(id, userId, null, fields)
export const noteEdit = (id: Id, userId: Id, at: Date) => changeMembership(id, userId, null, { lastEditAt: at })
export async function advanceReads(
  positions: readonly { conversationId: string; userId: string; seq: number }[],
): Promise<void> {
  for (const { conversationId, userId, seq } of positions) {
    const member = of(conversationId)?.members.get(userId)
    if (member && member.readSeq < seq) await changeMembership(conversationId, userId, null, { readSeq: seq })
  }
}
export const withHead = <T>(record: T): T => record

// restrictions
export const saveRestriction = async (id: Id, userId: Id, { deny, until }: Pick<MembershipRecord, 'deny' | 'until'>) =>
  void of(id)!.restrictions.set(key(userId), { deny, until })
export const deleteRestrictions = async (id: Id) => void of(id)?.restrictions.clear()

export async function takeRestriction(id: Id, userId: Id) {
  const kept = of(id)!.restrictions.get(key(userId)) ?? null
  of(id)!.restrictions.delete(key(userId))
  return kept
}

// uploads: nobody in these sequences sends any
export const findUploads = async () => []
export const findUploadsOfMessage = async () => []
export const findUploadsOfConversation = async () => []

// messages
type NewMessage = Omit<MessageRecord, '_id' | 'seq' | 'rev'>
const revOf = (id: Id) => Math.max(0, ...of(id)!.messages.map(({ rev }) => rev))

export async function appendMessages(id: Id, _hint: unknown, fresh: readonly NewMessage[]) {
  const { messages } = of(id)!
  return fresh.map((fields) => {
    const earlier = messages.find((one) => one.senderId.equals(fields.senderId) && one.clientId === fields.clientId)
    if (earlier) return { message: earlier, created: false }
    const message = { _id: new Types.ObjectId(), ...fields, seq: messages.length + 1, rev: revOf(id) + 1 }
    messages.push(message)
    return { message, created: true }
  })
}

export async function changeMessage(
  id: Id,
  messageId: Id,
  _hint: number,
  change: MessageChange,
): Promise<MessageRecord | null> {
  const messages = of(id)?.messages ?? []
  const index = messages.findIndex((one) => one._id.equals(messageId) && !one.deletedAt)
  if (index < 0) return null
  const changed = withChange(messages[index]!, change, revOf(id) + 1)
  if (changed) messages[index] = changed
  return changed
}

export const forgetReaction = async (messageId: Id, emoji: string) => {
  const message = allMessages().find((one) => one._id.equals(messageId))
  if (message?.reactions?.[emoji]?.length !== 0) return
  message.reactionKinds!--
  message.reactions = Object.fromEntries(Object.entries(message.reactions).filter(([name]) => name !== emoji))
}
export const findThread = async (
  rootId: Id,
  bounds: { above: number; below: number },
  from: 'start' | 'end',
  limit: number,
) => {
  const found = allMessages()
    .filter(({ threadId, seq }) => threadId?.equals(rootId) && seq > bounds.above && seq < bounds.below)
    .sort((one, other) => one.seq - other.seq)
  return (from === 'start' ? found : found.toReversed()).slice(0, limit)
}
const pinsOf = (id: Id) => (of(id)?.messages ?? []).filter(({ pinnedRev }) => pinnedRev !== undefined)
export const countPins = async (id: Id) => pinsOf(id).length
export const findPins = async (id: Id, from: number, below: number, limit: number) =>
  pinsOf(id)
    .filter(({ seq, pinnedRev }) => seq > from && pinnedRev! < below)
    .sort((one, other) => other.pinnedRev! - one.pinnedRev!)
    .slice(0, limit)

export async function clearExcerpts({ conversationId, _id }: MessageRecord): Promise<void> {
  const { messages } = of(conversationId)!
  for (const [index, { replyTo }] of messages.entries()) {
    if (replyTo?.id.equals(_id))
      messages[index] = { ...messages[index]!, replyTo: { ...replyTo, excerpt: '', files: null } }
  }
}

const select = async (id: Id, fits: (message: MessageRecord) => boolean) => (of(id)?.messages ?? []).filter(fits)
const allMessages = () => [...groups.values()].flatMap(({ messages }) => messages)
export const findSentMessage = async (id: Id, senderId: Id, clientId: string) =>
  (await select(id, (one) => one.senderId.equals(senderId) && one.clientId === clientId))[0] ?? null
export const lastSentAt = async (id: Id, senderId: Id) =>
  (await select(id, (one) => one.senderId.equals(senderId) && one.kind === 'text')).at(-1)?.createdAt ?? null
export const deleteMessages = async (id: Id) => void groups.delete(key(id))
export const findMessage = async (id: Id, messageId: string, from: number) =>
  (await select(id, (one) => one._id.equals(messageId) && one.seq > from))[0] ?? null
export const findMessagesById = async (ids: readonly Id[]) =>
  ids.length === 0 ? [] : allMessages().filter((one) => ids.some((id) => one._id.equals(id)))

export async function findMessagesBetween(
  id: Id,
  bounds: { above: number; below: number },
  from: 'start' | 'end',
  limit: number,
) {
  const found = await select(id, ({ seq }) => seq > bounds.above && seq < bounds.below)
  return (from === 'start' ? found : found.toReversed()).slice(0, limit)
}
export const findMessagesChangedSince = async (id: Id, rev: number, from: number, limit: number) =>
  (await select(id, (one) => one.rev > rev && one.seq > from)).sort((a, b) => a.rev - b.rev).slice(0, limit)

export async function readUnread(places: readonly UnreadRange[]): Promise<UnreadAnswer[]> {
  return places.map(({ conversationId, readerId, after, end, rev }) => {
    const doesNotCount = (one: MessageRecord) =>
      one.kind === 'system' || key(one.senderId) === key(readerId) || (one.deletedAt !== null && one.rev <= rev)
    const open = (of(conversationId)?.messages ?? []).filter((one) => one.seq > after && one.seq <= end)
    const mentionSeqs = open
      .filter((one) => !doesNotCount(one) && one.mentions?.some((id) => id === key(readerId) || id === EVERYBODY))
      .map(({ seq }) => seq)
    return { uncounted: open.filter(doesNotCount).length, mentions: mentionSeqs.length, mentionSeqs }
  })
}
// bans, requests, invites, audit
export const noteDeletedGroup = async () => {}
export const findDeletedGroups = async () => []
export const forgetDeletedGroup = async () => {}
export const insertBan = async (id: Id, userId: Id, bannedBy: Id) =>
  void of(id)!.bans.set(key(userId), {
    _id: new Types.ObjectId(),
    conversationId: oid(id),
    userId: oid(userId),
    bannedBy: oid(bannedBy),
    createdAt: new Date(),
  })
export const deleteBan = async (id: Id, userId: Id) => of(id)?.bans.delete(key(userId)) ?? false
export const findBans = async (id: Id, ids?: readonly Id[]) =>
  [...(of(id)?.bans.values() ?? [])].filter((ban) => !ids || ids.some((userId) => ban.userId.equals(userId)))
export const deleteBans = async (id: Id) => of(id)?.bans.clear()

export const insertJoinRequest = async (id: Id, userId: Id) =>
  void of(id)!.requests.set(key(userId), {
    _id: new Types.ObjectId(),
    conversationId: oid(id),
    userId: oid(userId),
    createdAt: new Date(),
  })
export const hasJoinRequest = async (id: Id, userId: Id) => of(id)?.requests.has(key(userId)) ?? false
export const takeJoinRequest = async (id: Id, userId: Id) => of(id)?.requests.delete(key(userId)) ?? false
export const findJoinRequests = async (id: Id) => [...(of(id)?.requests.values() ?? [])]
export const deleteJoinRequests = async (id: Id) => of(id)?.requests.clear()

export const insertAudit = async () => {}
export const findAudit = async () => []
export const deleteAudit = async () => {}

/** Forgets a group that the test no longer needs. */
export async function forget(id: Id): Promise<void> {
  await deleteInvites(id)
  groups.delete(key(id))
}

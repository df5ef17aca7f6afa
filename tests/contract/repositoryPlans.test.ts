import mongoose, { Types } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as accountLinks from '../../server/repositories/accountLinks'
import * as administration from '../../server/repositories/administration'
import * as audit from '../../server/repositories/audit'
import * as bans from '../../server/repositories/bans'
import * as blocks from '../../server/repositories/blocks'
import * as conversations from '../../server/repositories/conversations'
import * as factors from '../../server/repositories/factors'
import * as heldNames from '../../server/repositories/heldNames'
import * as invites from '../../server/repositories/invites'
import * as joinRequests from '../../server/repositories/joinRequests'
import * as lateWrites from '../../server/repositories/lateWrites'
import * as memberships from '../../server/repositories/memberships'
import * as messages from '../../server/repositories/messages'
import * as pins from '../../server/repositories/pins'
import * as reactions from '../../server/repositories/reactions'
import * as restrictions from '../../server/repositories/restrictions'
import * as pushSubscriptions from '../../server/repositories/pushSubscriptions'
import * as saved from '../../server/repositories/saved'
import * as searchSegments from '../../server/repositories/searchSegments'
import * as serverAudit from '../../server/repositories/serverAudit'
import * as serverKeys from '../../server/repositories/serverKeys'
import * as serverRoles from '../../server/repositories/serverRoles'
import * as sessions from '../../server/repositories/sessions'
import * as ties from '../../server/repositories/ties'
import * as threads from '../../server/repositories/threads'
import * as unread from '../../server/repositories/unread'
import * as uploads from '../../server/repositories/uploads'
import * as users from '../../server/repositories/users'
import { ASK_NOTHING } from './support/askNothing'
import { databases } from './support/databases'

// Every question that a repository asks must be answered from an index: a collection that is gone through from its
// first document to its last stands still for everybody when it has grown.

const id = new Types.ObjectId()
const other = new Types.ObjectId()
const text = id.toString()
const now = new Date()
const message = {
  conversationId: id,
  senderId: id,
  clientId: 'one',
  kind: 'text' as const,
  text: 'hello',
  notice: null,
  attachments: [],
  shares: [],
  replyTo: null,
  editedAt: null,
  deletedAt: null,
  createdAt: now,
}
const record = { ...message, _id: id, seq: 1, rev: 1 }
const subscription = { endpoint: 'https://push', p256dh: '', auth: '', language: 'en' as const, createdAt: now }
const visit = { userAgent: '', ip: '', now, expiresAt: now }
const all = { above: 0, below: 100 }

type Call = () => unknown
const modules = {
  accountLinks,
  administration,
  audit,
  bans,
  blocks,
  conversations,
  factors,
  heldNames,
  invites,
  joinRequests,
  lateWrites,
  memberships,
  messages,
  pins,
  pushSubscriptions,
  reactions,
  restrictions,
  saved,
  searchSegments,
  serverAudit,
  serverKeys,
  serverRoles,
  sessions,
  threads,
  ties,
  unread,
  uploads,
  users,
}
/** A call of each function that asks the database. Those that only insert, and those that ask nothing, are named below. */
const calls: Record<keyof typeof modules, Record<string, Call>> = {
  accountLinks: {
    findAccountLink: () => accountLinks.findAccountLink('hash', 'reset'),
    takeAccountLink: () => accountLinks.takeAccountLink('hash', 'reset'),
    deleteAccountLinks: () => accountLinks.deleteAccountLinks(id, 'reset'),
  },
  administration: {
    findPeople: () =>
      Promise.all([
        administration.findPeople({ words: [], limit: 10 }),
        administration.findPeople({ words: ['an', 'van'], after: 'ann', limit: 10 }),
        administration.findPeople({ words: [], email: 'ann@', limit: 10 }),
        administration.findPeople({ words: [], role: 'auditor', limit: 10 }),
        administration.findPeople({ words: [], isSuspended: true, limit: 10 }),
      ]),
    findSuspended: () => administration.findSuspended([id, other]),
    findGroups: () => Promise.all([administration.findGroups(undefined, 10), administration.findGroups(id, 10)]),
    bytesOfConversations: () => administration.bytesOfConversations([id, other]),
  },
  audit: { findAudit: () => audit.findAudit(id, { limit: 10 }), deleteAudit: () => audit.deleteAudit(id) },
  bans: {
    insertBan: () => bans.insertBan(id, other, id),
    findBans: () => bans.findBans(id, [other]),
    deleteBan: () => bans.deleteBan(id, other),
    deleteBans: () => bans.deleteBans(id),
  },
  blocks: {
    insertBlock: () => blocks.insertBlock(id, other),
    deleteBlock: () => blocks.deleteBlock(id, other),
    countBlocks: () => blocks.countBlocks(id),
    findBlocksOf: () => Promise.all([blocks.findBlocksOf(id, undefined, 10), blocks.findBlocksOf(id, other, 10)]),
    blockersAmong: () => blocks.blockersAmong(id, [other]),
    blockedAmong: () => blocks.blockedAmong(id, [other]),
    inBlocksAmong: () => blocks.inBlocksAmong([id, other]),
  },
  conversations: {
    findDirect: () => conversations.findDirect('a:b'),
    findConversation: () => conversations.findConversation(id),
    findConversations: () => conversations.findConversations([id, other]),
    findOrInsertDirect: () => conversations.findOrInsertDirect('a:b', 2),
    changeConversation: () => conversations.changeConversation(id, { name: 'name' }),
    changeOwner: () => conversations.changeOwner(id, other, id),
    deleteConversation: () => conversations.deleteConversation(id),
  },
  factors: {
    findFactor: () => factors.findFactor(id),
    takeStep: () => factors.takeStep(id, 1),
    takeRecoveryCode: () => factors.takeRecoveryCode(id, 'hash'),
    replaceRecoveryCodes: () => factors.replaceRecoveryCodes(id, ['hash']),
    deleteFactor: () => factors.deleteFactor(id),
  },
  heldNames: {
    holdName: () => heldNames.holdName('ann', id, now),
    isHeldFromOthers: () => heldNames.isHeldFromOthers('ann', id),
    releaseName: () => heldNames.releaseName('ann', id),
  },
  invites: {
    findInvites: () => invites.findInvites(id),
    findInvite: () => invites.findInvite('token'),
    findUsableInvite: () => invites.findUsableInvite('token', now),
    takeUse: () => invites.takeUse('token', now),
    giveUseBack: () => invites.giveUseBack(id),
    deleteInvite: () => invites.deleteInvite(id, other),
    deleteInvitesOf: () => invites.deleteInvitesOf(id, other),
    deleteInvites: () => invites.deleteInvites(id),
  },
  joinRequests: {
    insertJoinRequest: () => joinRequests.insertJoinRequest(id, other),
    hasJoinRequest: () => joinRequests.hasJoinRequest(id, other),
    takeJoinRequest: () => joinRequests.takeJoinRequest(id, other),
    findJoinRequests: () => joinRequests.findJoinRequests(id),
    deleteJoinRequests: () => joinRequests.deleteJoinRequests(id),
  },
  lateWrites: {
    findLatelyWritten: () => lateWrites.findLatelyWritten(),
    findLatelyChanged: () => lateWrites.findLatelyChanged(),
  },
  memberships: {
    findMembership: () => memberships.findMembership(text, text),
    setFollow: () => memberships.setFollow(text, text, id, true, 10),
    findMembershipsOf: () => memberships.findMembershipsOf(text),
    findMembers: () => Promise.all([memberships.findMembers(id), memberships.findMembers(id, [other])]),
    conversationIdsOf: () => memberships.conversationIdsOf(text),
    ensureMembers: () => memberships.ensureMembers(id, [{ userId: other, role: 'member' }], 0),
    deleteMembership: () => memberships.deleteMembership(id, other, 'member'),
    changeMembership: () => memberships.changeMembership(id, other, 'member', { role: 'admin' }),
    countMembers: () => memberships.countMembers(id),
    countPinned: () => memberships.countPinned(text),
    deleteMemberships: () => memberships.deleteMemberships(id),
    advanceReads: () =>
      memberships.advanceReads([{ conversationId: text, userId: text, seq: 1, lastRead: { after: 0, at: now } }]),
    updateMembership: () => memberships.updateMembership(text, text, { pinned: true }),
    setBlocks: () => memberships.setBlocks(id, new Map([[text, 'mine' as const]])),
    noteEdit: () => memberships.noteEdit(id, other, now),
  },
  messages: {
    endOf: () => messages.endOf(id),
    findMessagesBySeq: () => messages.findMessagesBySeq(id, [1, 2]),
    findSeqAt: () => messages.findSeqAt(id, 0, 300),
    changeMessage: () => messages.changeMessage(id, other, 1, { set: { text: 'changed' } }),
    clearExcerpts: () => messages.clearExcerpts(record),
    findSentMessage: () => messages.findSentMessage(id, id, 'one'),
    lastSentAt: () => messages.lastSentAt(id, id),
    deleteMessages: () => messages.deleteMessages(other),
    findMessage: () => messages.findMessage(id, text, 0),
    findMessagesById: () => messages.findMessagesById([id]),
    findMessagesBetween: () =>
      Promise.all([
        messages.findMessagesBetween(id, all, 'start', 10),
        messages.findMessagesBetween(id, all, 'end', 10),
      ]),
    findShared: () => messages.findShared(id, 'links', { ...all, from: 'below' }, 10),
    findMessagesChangedSince: () =>
      Promise.all([messages.findMessagesChangedSince(id, 1, 0, 10), messages.findMessagesChangedSince(id, 1, 5, 10)]),
  },
  pins: {
    countPins: () => pins.countPins(id),
    findPins: () => Promise.all([pins.findPins(id, 0, 100, 10), pins.findPins(id, 5, 100, 10)]),
  },
  reactions: { forgetReaction: () => reactions.forgetReaction(id, '👍') },
  restrictions: {
    saveRestriction: () => restrictions.saveRestriction(id, other, { deny: [], until: null }),
    takeRestriction: () => restrictions.takeRestriction(id, other),
    deleteRestrictions: () => restrictions.deleteRestrictions(id),
  },
  pushSubscriptions: {
    saveSubscription: () => pushSubscriptions.saveSubscription(text, text, subscription),
    findSubscriptions: () =>
      Promise.all([pushSubscriptions.findSubscriptions([id]), pushSubscriptions.findSubscriptions([id], [other])]),
    hasSubscriptions: () => pushSubscriptions.hasSubscriptions(),
    deleteSubscriptionsOf: () => pushSubscriptions.deleteSubscriptionsOf([id]),
    deleteSubscription: () =>
      pushSubscriptions.deleteSubscription({ _id: id, userId: id, sessionId: other, ...subscription }),
  },
  serverKeys: {
    keepServerKey: () => serverKeys.keepServerKey({ _id: 'test', publicKey: 'one', privateKey: 'other' }),
  },
  serverAudit: {
    findServerAudit: () =>
      Promise.all([
        serverAudit.findServerAudit({ limit: 10 }),
        serverAudit.findServerAudit({ action: 'user.role', limit: 10 }),
        serverAudit.findServerAudit({ actorId: text, before: text, limit: 10 }),
        serverAudit.findServerAudit({ targetId: text, limit: 10 }),
      ]),
  },
  serverRoles: {
    findAdministratorIds: () => serverRoles.findAdministratorIds(),
    claimAdministration: () => serverRoles.claimAdministration(id),
    addAdministrator: () => serverRoles.addAdministrator(id),
    removeAdministrator: () => serverRoles.removeAdministrator(id),
    changeServerRole: () => serverRoles.changeServerRole(id, null, 'auditor'),
    alignServerRoles: () => serverRoles.alignServerRoles([text]),
    suspendUser: () => serverRoles.suspendUser(id, now),
    restoreUser: () => serverRoles.restoreUser(id),
    findUserByEmail: () => serverRoles.findUserByEmail('name@example.com'),
    findFirstUser: () => serverRoles.findFirstUser(),
  },
  saved: {
    insertSaved: () => saved.insertSaved(id, other),
    deleteSaved: () => saved.deleteSaved(id, other),
    countSaved: () => saved.countSaved(id),
    findSaved: () => saved.findSaved(id, other),
    listSaved: () =>
      Promise.all([
        saved.listSaved(id, null, 10),
        saved.listSaved(id, { _id: other, userId: id, messageId: other }, 10),
      ]),
  },
  searchSegments: {
    findSegment: () => searchSegments.findSegment(id, 0),
    findSegments: () => searchSegments.findSegments(id, [0, 1]),
    saveSegment: () =>
      searchSegments.saveSegment({ conversationId: id, number: 0 }, { _id: id } as never, {
        keys: [],
        postings: new Uint8Array(),
      }),
    findSegmentsWithKey: () => searchSegments.findSegmentsWithKey([id, other], 'word', 10),
    countSegmentsWithKey: () => searchSegments.countSegmentsWithKey([id, other], 'word'),
    findSegmentsWithStart: () => searchSegments.findSegmentsWithStart([id, other], 'word', 10),

    deleteSegments: () => searchSegments.deleteSegments(id),
    markIndexed: () => searchSegments.markIndexed(id, 1),
    findIndexedSeqs: () =>
      Promise.all([searchSegments.findIndexedSeqs(null, 10), searchSegments.findIndexedSeqs(id, 10)]),
  },
  sessions: {
    findSession: () => sessions.findSession(text),
    rotateSession: () => sessions.rotateSession({ sessionId: text, userId: text, generation: 1 }, visit as never),
    findAliveIds: () => sessions.findAliveIds([text]),
    raisePasswordGeneration: () => sessions.raisePasswordGeneration(text, 2),
    listSessions: () => sessions.listSessions(text),
    deleteSession: () => sessions.deleteSession(text, text),
    deleteOtherSessions: () =>
      Promise.all([sessions.deleteOtherSessions(text, text), sessions.deleteOtherSessions(text, null)]),
  },
  ties: {
    groupMatesAmong: () => ties.groupMatesAmong(id, [other]),
    writtenBetween: () => ties.writtenBetween(text, [text]),
  },
  threads: { findThread: () => threads.findThread(id, all, 'end', 10) },
  unread: {
    readUnread: () =>
      unread.readUnread([{ conversationId: id, readerId: id, after: 1, end: 100, rev: 100, isGroup: true }]),
  },
  uploads: {
    isFolderUsed: () => uploads.isFolderUsed({ key: 'uploads/people/one/original' }),
    findUpload: () => uploads.findUpload(id),
    findUploads: () => uploads.findUploads([id]),
    changeUpload: () => uploads.changeUpload(id, 'pending', { status: 'complete' }),
    startCompleting: () => uploads.startCompleting(id),
    claimUploads: () => uploads.claimUploads([id], other, 'one'),
    releaseUploads: () => uploads.releaseUploads(other),
    assignUploads: () => uploads.assignUploads(other, [id], { id, seq: 1 }),
    startUsing: () => uploads.startUsing(id),
    findUploadsOfMessage: () => uploads.findUploadsOfMessage(id),
    findUploadsOfConversation: () => uploads.findUploadsOfConversation(id, 10),
    markRemoved: () => uploads.markRemoved([id]),
    markConversationRemoved: () => uploads.markConversationRemoved(id),
    withdrawUpload: () => uploads.withdrawUpload(id),
    findOrphans: () => uploads.findOrphans(now, 10),
    keepUploads: () => uploads.keepUploads([id], now),
    deleteUploads: () => uploads.deleteUploads([id]),
    usageOf: () => uploads.usageOf(id),
  },
  users: {
    findUser: () => users.findUser(text),
    deleteNewUser: () => users.deleteNewUser(id),
    findUsers: () => users.findUsers([id]),
    findPrivacy: () => users.findPrivacy([id]),
    findNotificationSettings: () => users.findNotificationSettings([id]),
    findUserByLogin: () => Promise.all([users.findUserByLogin('name'), users.findUserByLogin('name@example.com')]),
    findUserWithHash: () => users.findUserWithHash(text),
    findUsersByWords: () => Promise.all([users.findUsersByWords(['an', 'van'], 10), users.findUsersByWords([], 10)]),
    changeHash: () => users.changeHash(id, 'before', 'after', 2),
    markEmailVerified: () => users.markEmailVerified(id, 'name@example.com'),
    renameUser: () => users.renameUser(id, 'before', { username: 'after', searchKeys: [], searchVersion: 1 }),
    replaceHash: () => users.replaceHash(id, 'before', 'after'),
    findUsersOfOtherSearchVersion: () => users.findUsersOfOtherSearchVersion(1, 10),
    renewSearchKeys: () =>
      users.renewSearchKeys([{ _id: id, displayName: 'Ann', searchKeys: [], searchVersion: 1 }] as never),
    updateUser: () => users.updateUser(text, { about: '' }),
  },
}
describe.each(databases)('on $name', (available) => {
  let stop: () => Promise<void>
  let asked: mongoose.mongo.Document[] = []

  beforeAll(async () => {
    const server = await available.start()
    stop = server.stop
    await mongoose.connect(server.uri, { dbName: `plans_${new Types.ObjectId().toString()}`, monitorCommands: true })
    mongoose.connection.getClient().on('commandStarted', ({ commandName, command }) => {
      if (/^(find|update|delete|findAndModify|count|distinct|aggregate)$/.test(commandName)) asked.push(command)
    })
    for (const model of Object.values(mongoose.models)) await model.createIndexes()
    // Enough that an index is worth it: an empty collection may be read as a whole.
    for (const conversationId of [id, other]) {
      const many = Array.from({ length: 300 }, (_, index) => ({
        ...message,
        conversationId,
        clientId: `${index}`,
        seq: index + 1,
        rev: index + 1,
      }))
      await mongoose.connection.db!.collection('messages').insertMany(many)
    }
  })
  afterAll(async () => {
    if (!available.embedded) await mongoose.connection.dropDatabase()
    await mongoose.disconnect()
    await stop()
  })

  it('every function that queries is called here', () => {
    const named = Object.values(calls).flatMap((group) => Object.keys(group))
    const exported = Object.values(modules).flatMap((module) =>
      Object.entries(module).flatMap(([name, value]) => (typeof value === 'function' ? name : [])),
    )
    expect(exported.filter((name) => !named.includes(name) && !ASK_NOTHING.includes(name))).toEqual([])
  })

  it.each(
    Object.entries(calls).flatMap(([module, group]) =>
      Object.entries(group).map(([name, call]) => ({ module, name, call })),
    ),
  )('$module: $name reads along an index', async ({ call }) => {
    asked = []
    await call()
    expect(asked.length).toBeGreaterThan(0)
    for (const { lsid: _lsid, $db: _db, $clusterTime: _time, txnNumber: _number, ...command } of asked.splice(0)) {
      const plan = await mongoose.connection.db!.command({ explain: command, verbosity: 'executionStats' })
      expect(JSON.stringify(plan.queryPlanner.winningPlan), JSON.stringify(command)).not.toContain('COLLSCAN')
    }
  })
})

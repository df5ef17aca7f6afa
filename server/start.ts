import mongoose from 'mongoose'
import { config } from './config'
import { watchDatabase } from './observability/database'
import { traceDatabase } from './observability/tracing'
import { AdministratorsModel } from './models/administrators'
import { AccountLinkModel } from './models/accountLink'
import { AuditModel } from './models/auditEntry'
import { BanModel } from './models/ban'
import { BlockModel } from './models/block'
import { ConversationModel } from './models/conversation'
import { DraftModel } from './models/draft'
import { FactorModel } from './models/factor'
import { HeldNameModel } from './models/heldName'
import { InviteModel } from './models/invite'
import { JoinRequestModel } from './models/joinRequest'
import { MembershipModel } from './models/membership'
import { MessageModel } from './models/message'
import { SavedModel } from './models/saved'
import { SearchSegmentModel } from './models/searchSegment'
import { ScheduledModel } from './models/scheduled'
import { ServerAuditModel } from './models/serverAuditEntry'
import { ServerKeyModel } from './models/serverKey'
import { SessionModel } from './models/session'
import { PushSubscriptionModel } from './models/pushSubscription'
import { RestrictionModel } from './models/restriction'
import { UploadModel } from './models/upload'
import { UserModel } from './models/user'
import { logger } from './observability/logger'
import { channel } from './realtime/channel'
import type { Step } from './realtime/fanout/types'
import { publishChanged } from './realtime/publish'
import { createReceiver } from './realtime/receiver'
import { Sequence } from './realtime/sequence'
import { hub, presence } from './realtime/tables'
import { onConversationChanged } from './repositories/changes'
import { learnHead, writeThroughWhen } from './repositories/heads'
import { mendLostWrites } from './repositories/lostWrites'
import { conversationIdsOf, findMembers } from './repositories/memberships'
import { active } from './services/conversations/active'
import { forgetAllSessions, forgetSessions, isSessionAlive } from './services/accounts/identify'
import { startAdministration } from './services/administration/administrators'
import { resumeDeletions } from './services/groups/delete'
import { mendConversations } from './services/messages/mend'
import { renewAllSearchKeys } from './services/people/renewSearchKeys'
import { startIndexing } from './services/search/indexing'
import { reviewVisibility } from './socket/watchPresence'
import { MOVE_MARK } from './tools/folder'
import { valkey } from './valkey'

let settle: (connecting: Promise<void>) => void

/** Resolves when requests can be served: the database is connected and has its indexes. Rejects when that fails. */
export const started = new Promise<void>((resolve) => {
  settle = resolve
})
// Callers await `started` themselves. This only keeps a failure from ending the process before they can report it.
started.catch(() => {})

/**
 * Connects the application to its database and its events. It is called once per process.
 * @param uri the URI of the database
 */
export function start(uri: string): Promise<void> {
  const receive = createReceiver({
    hub,
    presence,
    fanout: channel,
    source: { conversationIdsOf, membersAmong, forgetAllSessions, isSessionAlive },
  })
  // A single process publishes in the order in which it writes, so it needs no sequence.
  const receiveInOrder = valkey ? new Sequence(receive).take : receive
  channel.subscribe((message) => {
    if (message.kind === 'sessionsEnded') forgetSessions(message.sessionIds)
    else if (message.kind === 'changed') active.drop(message.conversationId)
    else if (message.kind === 'visibility') reviewVisibility(message.userIds)
    else if (message.kind === 'missed') missed()
    else if (message.kind === 'event' && message.step) noteStep(message.step)
    return receiveInOrder(message)
  })
  onConversationChanged(publishChanged)
  active.watchLosses(() => (channel.isCutOff ? null : channel.losses))
  writeThroughWhen(() => channel.isCutOff)
  presence.renew()
  settle(Promise.all([connect(uri), channel.open()]).then(() => {}))
  return started
}

/** This task may have missed changes of rights, and of who may see whom. */
function missed(): void {
  active.dropAll()
  reviewVisibility(null)
}

/** Notes that another task has written to a conversation, whose own record is updated a moment later. */
function noteStep({ conversationId, rev, end }: Step): void {
  learnHead(conversationId, { rev, message: end && { ...end, at: new Date(end.at) } })
}

async function connect(uri: string): Promise<void> {
  mendLostWrites()
  const isMeasured = config.metrics.interval !== undefined
  const options = {
    serverSelectionTimeoutMS: 10_000,
    appName: 'webchat',
    maxPoolSize: config.mongodbPoolSize,
    monitorCommands: isMeasured || config.traces.endpoint !== undefined,
  }
  const connecting = mongoose.connect(uri, options)
  if (isMeasured) watchDatabase(mongoose.connection.getClient())
  traceDatabase(mongoose.connection.getClient())
  await connecting
  if (await mongoose.connection.collection(MOVE_MARK).findOne()) {
    throw new Error('This database is half moved. Run webchat export, or import, again until everything is there.')
  }
  const models = [
    UserModel,
    AccountLinkModel,
    FactorModel,
    SessionModel,
    ConversationModel,
    DraftModel,
    ScheduledModel,
    MembershipModel,
    MessageModel,
    SearchSegmentModel,
    HeldNameModel,
    InviteModel,
    BanModel,
    BlockModel,
    JoinRequestModel,
    AuditModel,
    RestrictionModel,
    UploadModel,
    SavedModel,
    PushSubscriptionModel,
    ServerKeyModel,
    AdministratorsModel,
    ServerAuditModel,
  ]
  await Promise.all(models.map((model) => model.createIndexes()))
  await startAdministration()
  await mendConversations()
  await renewAllSearchKeys()
  // Requests do not wait for these.
  startIndexing()
  void resumeDeletions().catch((error: unknown) => logger.error({ err: error }, 'deletions were not taken up'))
}

async function membersAmong(conversationId: string, userIds: string[]): Promise<string[]> {
  return (await findMembers(conversationId, userIds)).map((member) => member.userId.toString())
}

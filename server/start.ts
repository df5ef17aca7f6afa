import mongoose from 'mongoose'
import { config } from './config'
import { ConversationModel } from './models/conversation'
import { MembershipModel } from './models/membership'
import { MessageModel } from './models/message'
import { SessionModel } from './models/session'
import { UserModel } from './models/user'
import { channel } from './realtime/channel'
import { hub } from './realtime/tables'
import { forgetSessions } from './services/accounts/identify'

/** Where the process that started this one keeps the embedded database, when there is one. */
export const EMBEDDED_URI = 'WEBCHAT_EMBEDDED_MONGODB_URI'

/** Resolves when requests can be served: the database is connected and has its indexes. Rejects when it never will. */
export const started: Promise<void> = start()
// Everyone who needs it awaits it; this only keeps a failure from ending the process before they can say so.
started.catch(() => {})

async function start(): Promise<void> {
  channel.subscribe((message) => {
    if (message.kind === 'sessionsEnded') forgetSessions(message.sessionIds)
    hub.apply(message)
  })
  const uri = config.mongodbUri ?? process.env[EMBEDDED_URI]
  if (!uri) throw new Error('There is no database: neither MONGODB_URI nor the embedded one.')
  await mongoose.connect(uri, { serverSelectionTimeoutMS: 10_000, appName: 'webchat' })
  const models = [UserModel, SessionModel, ConversationModel, MembershipModel, MessageModel]
  await Promise.all(models.map((model) => model.createIndexes()))
}

import type { Message } from '#shared/schemas/message'
import { accountRequests } from './http/accounts'
import { Api } from './http/api'
import { Cache } from './storage/cache'
import { conversationRequests } from './http/conversations'
import { wipeDraft, wipeDrafts } from './storage/drafts'
import { wipeReactionUses } from './storage/reactionUses'
import type { Environment } from './environment'
import { groupRequests } from './http/groups'
import { scheduledRequests } from './http/scheduled'
import { Outbox } from './outbox/outbox'
import type { OutboxEntry } from './outbox/outboxEntry'
import { Connection } from './socket/socket'
import { searchRequests } from './http/search'
import { sendAvatar } from './uploads/avatar'
import type { Transfer } from './uploads/job'
import { Retrier } from './uploads/retrier'
import { uploadRequests } from './uploads/requests'
import { PARTS_AT_ONCE, Semaphore } from './uploads/semaphore'
import { Uploads } from './uploads/uploads'
import { userRequests } from './http/users'
import { wipeListening } from './voice/listening'
import { Recordings } from './voice/recordings'

/** Everything below the stores in one tab. It is made once. */
export class Client {
  readonly api: Api
  readonly accounts: ReturnType<typeof accountRequests>
  readonly users: ReturnType<typeof userRequests>
  readonly conversations: ReturnType<typeof conversationRequests>
  readonly groups: ReturnType<typeof groupRequests>
  readonly search: ReturnType<typeof searchRequests>
  readonly scheduled: ReturnType<typeof scheduledRequests>
  readonly socket: Connection
  readonly cache: Cache
  /** This and what follows belong to the person who is signed in. */
  outbox: Outbox | null = null
  uploads: Uploads | null = null
  recordings: Recordings | null = null
  private readonly transfer: Transfer
  private openedFor: string | null = null

  constructor(readonly environment: Environment) {
    this.api = new Api(environment)
    this.accounts = accountRequests(this.api)
    this.users = userRequests(this.api)
    this.conversations = conversationRequests(this.api)
    this.groups = groupRequests(this.api)
    this.search = searchRequests(this.api)
    this.scheduled = scheduledRequests(this.api)
    this.socket = new Connection(environment)
    this.cache = new Cache(environment.hasDatabase)
    this.transfer = {
      environment,
      requests: uploadRequests(this.api),
      partSlots: new Semaphore(PARTS_AT_ONCE),
      retrier: new Retrier(environment),
    }
  }

  /** Opens a person's storage in this browser, and closes another person's. */
  open(userId: string): void {
    if (this.openedFor === userId) return
    this.close()
    this.openedFor = userId
    this.cache.open(userId)
    const uploads = new Uploads(this.transfer, userId)
    const outbox = new Outbox(this.environment, userId, (entry) => this.deliver(entry, uploads), uploads)
    uploads.isWanted = (clientId) => outbox.has(clientId)
    uploads.onSettled = () => outbox.pump()
    this.uploads = uploads
    this.outbox = outbox
    this.recordings = new Recordings(userId, this.environment.hasDatabase)
  }

  close(): void {
    this.api.beginTurn()
    this.outbox?.close()
    this.outbox = null
    this.uploads?.close()
    this.uploads = null
    this.recordings?.close()
    this.recordings = null
    this.openedFor = null
    this.cache.close()
  }

  /** Removes everything that this browser stores of a person: cache, outbox, drafts, recordings. */
  async forget(userId: string): Promise<void> {
    wipeDrafts(this.environment.storage, userId)
    wipeListening(this.environment.storage, userId)
    wipeReactionUses(this.environment.storage, userId)
    await this.cache.wipe(userId)
  }

  /** Removes everything that this browser stores of a conversation. */
  forgetConversation(userId: string, conversationId: string): void {
    wipeDraft(this.environment.storage, userId, conversationId)
    this.outbox?.removeConversation(conversationId)
    this.uploads?.removeConversation(conversationId)
    void this.recordings?.removeConversation(conversationId)
    void this.cache.removeConversation(conversationId)
  }

  /**
   * Uploads a picture of a group, or of me if `conversationId` is null.
   * @returns the id of its upload
   * @throws ApiError
   */
  sendAvatar(picture: Blob, conversationId: string | null): Promise<string> {
    return sendAvatar(this.transfer, picture, conversationId)
  }

  /** Sends by the socket if it is open, else over HTTP, because some networks let only that pass. */
  private async deliver(entry: OutboxEntry, uploads: Uploads): Promise<Message> {
    const { clientId, conversationId, text, replyToId } = entry
    const input = { clientId, text, uploadIds: uploads.uploadIdsOf(entry), replyToId }
    if (!this.socket.isOpen) return this.conversations.send(conversationId, input)
    return (await this.socket.request('message.send', { ...input, conversationId })).message
  }
}

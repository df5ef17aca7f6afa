import type { Message } from '#shared/schemas/message'
import { accountRequests } from './accounts'
import { Api } from './api'
import { Cache } from './cache'
import { conversationRequests } from './conversations'
import { draftKey, wipeDrafts } from './drafts'
import type { Environment } from './environment'
import { groupRequests } from './groups'
import { Outbox } from './outbox'
import type { OutboxEntry } from './outboxEntry'
import { Connection } from './socket'
import { userRequests } from './users'

/** The plumbing of one tab: everything below the stores, made once. */
export class Client {
  readonly api: Api
  readonly accounts: ReturnType<typeof accountRequests>
  readonly users: ReturnType<typeof userRequests>
  readonly conversations: ReturnType<typeof conversationRequests>
  readonly groups: ReturnType<typeof groupRequests>
  readonly socket: Connection
  readonly cache: Cache
  /** Of the person who is signed in. */
  outbox: Outbox | null = null
  private openedFor: string | null = null

  constructor(readonly environment: Environment) {
    this.api = new Api(environment)
    this.accounts = accountRequests(this.api)
    this.users = userRequests(this.api)
    this.conversations = conversationRequests(this.api)
    this.groups = groupRequests(this.api)
    this.socket = new Connection(environment)
    this.cache = new Cache(environment.hasDatabase)
  }

  /** Opens what is stored in this browser for a person, closing another's. */
  open(userId: string): void {
    if (this.openedFor === userId) return
    this.close()
    this.openedFor = userId
    this.cache.open(userId)
    this.outbox = new Outbox(this.environment, userId, (entry) => this.deliver(entry))
  }

  close(): void {
    this.api.beginTurn()
    this.outbox?.close()
    this.outbox = null
    this.openedFor = null
    this.cache.close()
  }

  /** Removes all that this browser keeps of a person: cache, outbox, drafts. */
  async forget(userId: string): Promise<void> {
    wipeDrafts(this.environment.storage, userId)
    await this.cache.wipe(userId)
  }

  /** Removes all that this browser keeps of a conversation. */
  forgetConversation(userId: string, conversationId: string): void {
    this.environment.storage.remove(draftKey(userId, conversationId))
    this.outbox?.removeConversation(conversationId)
    void this.cache.removeConversation(conversationId)
  }

  /** By the socket where it is open, else over HTTP: some networks let only that pass. */
  private async deliver(entry: OutboxEntry): Promise<Message> {
    const input = { clientId: entry.clientId, text: entry.text, replyToId: entry.replyToId }
    if (!this.socket.isOpen) return this.conversations.send(entry.conversationId, input)
    return (await this.socket.request('message.send', { ...input, conversationId: entry.conversationId })).message
  }
}

import type { User } from '#shared/schemas/account'
import type { Conversation } from '#shared/schemas/conversation'
import { openDatabase, wipeDatabase, type CachedPage, type Database } from './database'

/** Newest messages kept of a conversation, and conversations whose messages are kept. */
const MAX_MESSAGES = 100
const MAX_PAGES = 50

/**
 * What the app shows before the network answers: my user, the conversations and their newest messages.
 * A convenience only: every failure (no database, full disk) reads as "nothing cached" and is never thrown.
 */
export class Cache {
  private database: Promise<Database | null> = Promise.resolve(null)

  constructor(private readonly available: boolean) {}

  /** From here on this person's cache is read and written. */
  open(userId: string): void {
    this.close()
    if (this.available) this.database = openDatabase(userId)
  }

  close(): void {
    void this.database.then((database) => database?.close())
    this.database = Promise.resolve(null)
  }

  /** Removes all that is stored of a person, the outbox too. */
  async wipe(userId: string): Promise<void> {
    if (this.available) await wipeDatabase(userId).catch(() => {})
  }

  /** Removes what can be fetched again, and leaves what cannot: unsent messages. */
  async wipeShown(userId: string): Promise<void> {
    if (this.available) await wipeDatabase(userId, ['me', 'people', 'conversations', 'pages']).catch(() => {})
  }

  me(userId: string): Promise<User | null> {
    return this.attempt(async (database) => (await database.get('me', userId)) ?? null, null)
  }

  saveMe(user: User): Promise<void> {
    return this.attempt((database) => database.put('me', user, user.id).then(() => {}), undefined)
  }

  people(): Promise<User[]> {
    return this.attempt((database) => database.getAll('people'), [])
  }

  savePeople(users: User[]): Promise<void> {
    return this.attempt(async (database) => {
      const transaction = database.transaction('people', 'readwrite')
      await Promise.all([...users.map((user) => transaction.store.put(user)), transaction.done])
    }, undefined)
  }

  conversations(): Promise<Conversation[]> {
    return this.attempt((database) => database.getAll('conversations'), [])
  }

  /** Writes those that changed. */
  saveConversations(conversations: Conversation[]): Promise<void> {
    return this.attempt(async (database) => {
      const transaction = database.transaction('conversations', 'readwrite')
      await Promise.all([...conversations.map((conversation) => transaction.store.put(conversation)), transaction.done])
    }, undefined)
  }

  page(conversationId: string): Promise<CachedPage | null> {
    return this.attempt(async (database) => (await database.get('pages', conversationId)) ?? null, null)
  }

  /** Keeps the newest messages of a window that reaches the live end, and forgets the page opened longest ago. */
  savePage(page: CachedPage): Promise<void> {
    const messages = page.messages.slice(-MAX_MESSAGES)
    const hasOlder = page.hasOlder || messages.length < page.messages.length
    return this.attempt(async (database) => {
      const transaction = database.transaction('pages', 'readwrite')
      await transaction.store.put({ ...page, messages, hasOlder })
      const surplus = (await transaction.store.count()) - MAX_PAGES
      if (surplus > 0) {
        const oldest = await transaction.store.index('openedAt').getAllKeys(null, surplus)
        await Promise.all(oldest.map((id) => transaction.store.delete(id)))
      }
      await transaction.done
    }, undefined)
  }

  /** What is kept of a conversation is too old to be of use. */
  removePage(conversationId: string): Promise<void> {
    return this.attempt((database) => database.delete('pages', conversationId), undefined)
  }

  /** A conversation I am no longer in leaves nothing behind. */
  removeConversation(conversationId: string): Promise<void> {
    return this.attempt(async (database) => {
      const transaction = database.transaction(['conversations', 'pages'], 'readwrite')
      await Promise.all([
        transaction.objectStore('conversations').delete(conversationId),
        transaction.objectStore('pages').delete(conversationId),
        transaction.done,
      ])
    }, undefined)
  }

  private async attempt<T>(action: (database: Database) => Promise<T>, otherwise: T): Promise<T> {
    const opening = this.database
    const database = await opening
    // Closed while it opened: this person has left, so nothing of theirs is written any more.
    if (!database || opening !== this.database) return otherwise
    return action(database).catch(() => otherwise)
  }
}

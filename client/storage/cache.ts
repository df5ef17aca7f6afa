import type { User } from '#shared/schemas/account'
import type { Conversation } from '#shared/schemas/conversation'
import { openDatabase, wipeDatabase, type CachedPage, type Database } from './database'
import { keepPictures, wipePictures } from './pictures'
import { wipeShared } from './shares'

/** The most messages stored of a conversation, and the most conversations whose messages are stored. */
const MAX_MESSAGES = 100
const MAX_PAGES = 50

/**
 * What the app shows before the network answers: my user, the conversations, their newest messages, and the pictures
 * that the service worker keeps. It is only a convenience: a failure (no database, full disk) means that nothing is cached, and is never thrown.
 */
export class Cache {
  private database: Promise<Database | null> = Promise.resolve(null)

  constructor(private readonly available: boolean) {}

  /** Opens a person's cache for reading and writing. */
  open(userId: string): void {
    this.close()
    if (!this.available) return
    this.database = openDatabase(userId)
    void keepPictures()
  }

  close(): void {
    void this.database.then((database) => database?.close())
    this.database = Promise.resolve(null)
  }

  /** Removes everything that is stored of a person, the outbox included. */
  async wipe(userId: string): Promise<void> {
    await Promise.all([wipePictures(), wipeShared()])
    if (this.available) await wipeDatabase(userId).catch(() => {})
  }

  /** Removes what can be fetched again. Unsent messages stay, because they cannot. */
  async wipeShown(userId: string): Promise<void> {
    await wipePictures()
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

  /** Stores the people that changed. */
  saveConversations(conversations: Conversation[]): Promise<void> {
    return this.attempt(async (database) => {
      const transaction = database.transaction('conversations', 'readwrite')
      await Promise.all([...conversations.map((conversation) => transaction.store.put(conversation)), transaction.done])
    }, undefined)
  }

  page(conversationId: string): Promise<CachedPage | null> {
    return this.attempt(async (database) => (await database.get('pages', conversationId)) ?? null, null)
  }

  /**
   * Stores the newest messages of a window that reaches the live end, and removes the page that was opened longest ago.
   */
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

  /** Removes the stored messages of a conversation, which are too old to be useful. */
  removePage(conversationId: string): Promise<void> {
    return this.attempt((database) => database.delete('pages', conversationId), undefined)
  }

  /**
   * Removes everything of a conversation that I am no longer in. A picture does not say which conversation it is of, so
   * all pictures are removed.
   */
  removeConversation(conversationId: string): Promise<void> {
    void wipePictures().then(keepPictures)
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
    // The person has left while the database opened, so nothing of theirs is written any more.
    if (!database || opening !== this.database) return otherwise
    return action(database).catch(() => otherwise)
  }
}

import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import type { User } from '#shared/schemas/account'
import type { Conversation } from '#shared/schemas/conversation'
import type { Message } from '#shared/schemas/message'
import type { OutboxEntry } from '../outbox/outboxEntry'
import type { FileHandle, UploadRecord } from '../uploads/types'
import type { KeptPiece, KeptRecording } from '../voice/kept'

/** The newest messages of one conversation, complete up to `rev`. */
export interface CachedPage {
  id: string
  rev: number
  messages: Message[]
  hasOlder: boolean
  /** Milliseconds since 1970. */
  openedAt: number
}

/** A file that waits to be sent: its bytes, or the handle by which the browser finds it again. */
export interface KeptFile {
  blob: Blob | null
  handle: FileHandle | null
}

interface Schema extends DBSchema {
  me: { key: string; value: User }
  conversations: { key: string; value: Conversation }
  people: { key: string; value: User }
  pages: { key: string; value: CachedPage; indexes: { openedAt: number } }
  outbox: { key: number; value: OutboxEntry; indexes: { clientId: string; conversationId: string } }
  uploads: { key: string; value: UploadRecord }
  /**
   * The files, by the id of the upload. They are apart from it, so that storing progress does not write the file again.
   */
  files: { key: string; value: KeptFile }
  recordings: { key: string; value: KeptRecording }
  recordingPieces: { key: number; value: KeptPiece; indexes: { recordingId: string } }
}

export type Database = IDBPDatabase<Schema>
const STORES = [
  'me',
  'people',
  'conversations',
  'pages',
  'outbox',
  'uploads',
  'files',
  'recordings',
  'recordingPieces',
] as const
type StoreName = (typeof STORES)[number]
const nameOf = (userId: string) => `webchat-${userId}`

/**
 * Opens a person's database in this browser. Null: there is none (private mode, refused, broken). Each person has their
 * own database, so that nobody can read what another person has stored.
 */
export async function openDatabase(userId: string): Promise<Database | null> {
  try {
    const database = await openDB<Schema>(nameOf(userId), 6, {
      async upgrade(db, version, _to, transaction) {
        if (version < 2) db.createObjectStore('people', { keyPath: 'id' })
        if (version < 3) {
          db.createObjectStore('uploads', { keyPath: 'localId' })
          db.createObjectStore('files')
        }
        if (version < 4) {
          db.createObjectStore('recordings', { keyPath: 'id' })
          db.createObjectStore('recordingPieces', { autoIncrement: true }).createIndex('recordingId', 'recordingId')
        }
        // Earlier versions stored less of a conversation. They are fetched again.
        if (version > 0 && version < 6) await transaction.objectStore('conversations').clear()
        if (version > 0) return
        db.createObjectStore('me')
        db.createObjectStore('conversations', { keyPath: 'id' })
        db.createObjectStore('pages', { keyPath: 'id' }).createIndex('openedAt', 'openedAt')
        const outbox = db.createObjectStore('outbox', { autoIncrement: true })
        outbox.createIndex('clientId', 'clientId', { unique: true })
        outbox.createIndex('conversationId', 'conversationId')
      },
      // Another tab deletes or upgrades the database. An open connection would block it for ever.
      blocking: (_from, _to, event) => (event.target as IDBDatabase).close(),
    })
    return database
  } catch {
    return null
  }
}

/**
 * Removes everything that one person has stored here.
 * The database is emptied and not deleted: a deletion waits until all other tabs have closed their connections.
 */
export async function wipeDatabase(userId: string, stores: readonly StoreName[] = STORES): Promise<void> {
  const database = await openDatabase(userId)
  if (!database) return
  const transaction = database.transaction(stores, 'readwrite')
  await Promise.all([...stores.map((store) => transaction.objectStore(store).clear()), transaction.done])
  database.close()
}

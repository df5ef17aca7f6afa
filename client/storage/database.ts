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

/** A file that waits for being sent: itself, or that by which the browser finds it again. */
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
  /** By the id of the upload; apart from it, so that noting its progress does not write the file again. */
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
 * Opens one person's database in this browser; null where there is none (private mode, refused, broken).
 * One database a person: what one has stored can never be read under another's name.
 */
export async function openDatabase(userId: string): Promise<Database | null> {
  try {
    const database = await openDB<Schema>(nameOf(userId), 4, {
      upgrade(db, version) {
        if (version < 2) db.createObjectStore('people', { keyPath: 'id' })
        if (version < 3) {
          db.createObjectStore('uploads', { keyPath: 'localId' })
          db.createObjectStore('files')
        }
        if (version < 4) {
          db.createObjectStore('recordings', { keyPath: 'id' })
          db.createObjectStore('recordingPieces', { autoIncrement: true }).createIndex('recordingId', 'recordingId')
        }
        if (version > 0) return
        db.createObjectStore('me')
        db.createObjectStore('conversations', { keyPath: 'id' })
        db.createObjectStore('pages', { keyPath: 'id' }).createIndex('openedAt', 'openedAt')
        const outbox = db.createObjectStore('outbox', { autoIncrement: true })
        outbox.createIndex('clientId', 'clientId', { unique: true })
        outbox.createIndex('conversationId', 'conversationId')
      },
      // Another tab deletes or upgrades: standing in its way would block it for ever.
      blocking: (_from, _to, event) => (event.target as IDBDatabase).close(),
    })
    return database
  } catch {
    return null
  }
}

/**
 * Removes everything that one person has stored here.
 * Emptied, not deleted: deletion waits for every other tab to close its connection, emptying is done at once.
 */
export async function wipeDatabase(userId: string, stores: readonly StoreName[] = STORES): Promise<void> {
  const database = await openDatabase(userId)
  if (!database) return
  const transaction = database.transaction(stores, 'readwrite')
  await Promise.all([...stores.map((store) => transaction.objectStore(store).clear()), transaction.done])
  database.close()
}

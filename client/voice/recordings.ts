import { openDatabase, type Database } from '../storage/database'
import type { KeptRecording } from './kept'
import type { Piece } from './recorder'

/**
 * One person's unsent recordings. They are stored piece by piece while they are made, so that a lost tab loses nothing.
 * Without a database they live as long as the page. Never throws.
 */
export class Recordings {
  private readonly database: Promise<Database | null>

  constructor(userId: string, available: boolean) {
    this.database = available ? openDatabase(userId) : Promise.resolve(null)
  }

  begin(recording: KeptRecording): Promise<void> {
    return this.attempt(async (database) => {
      await database.put('recordings', recording)
    }, undefined)
  }

  add(recordingId: string, piece: Piece): Promise<void> {
    return this.attempt(async (database) => {
      const transaction = database.transaction(['recordings', 'recordingPieces'], 'readwrite')
      // The recording may be discarded meanwhile. A piece without a recording would never be removed.
      const isKnown = (await transaction.objectStore('recordings').getKey(recordingId)) !== undefined
      if (isKnown) await transaction.objectStore('recordingPieces').add({ ...piece, recordingId })
      await transaction.done
    }, undefined)
  }

  all(): Promise<KeptRecording[]> {
    return this.attempt((database) => database.getAll('recordings'), [])
  }

  /** The pieces in the order of recording. Empty if there is no such recording. */
  pieces(recordingId: string): Promise<Piece[]> {
    return this.attempt((database) => database.getAllFromIndex('recordingPieces', 'recordingId', recordingId), [])
  }

  async remove(ids: readonly string[]): Promise<void> {
    await this.attempt(async (database) => {
      const transaction = database.transaction(['recordings', 'recordingPieces'], 'readwrite')
      const pieces = transaction.objectStore('recordingPieces')
      for (const id of ids) {
        await transaction.objectStore('recordings').delete(id)
        for (const key of await pieces.index('recordingId').getAllKeys(id)) await pieces.delete(key)
      }
      await transaction.done
    }, undefined)
  }

  async removeConversation(conversationId: string): Promise<void> {
    const gone = (await this.all()).filter((recording) => recording.conversationId === conversationId)
    await this.remove(gone.map(({ id }) => id))
  }

  close(): void {
    void this.database.then((database) => database?.close())
  }

  private async attempt<T>(action: (database: Database) => Promise<T>, otherwise: T): Promise<T> {
    const database = await this.database
    return database ? action(database).catch(() => otherwise) : otherwise
  }
}

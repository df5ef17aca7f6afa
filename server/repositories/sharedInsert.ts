import type { mongo } from 'mongoose'

/** The most milliseconds that a document waits for a write that is under way. */
const MAX_WAIT_MS = 2
/** The most documents in one write, and the most writes at the same time. */
const MAX_BATCH = 500
const MAX_UNDER_WAY = 8

/** The outcome of one document's insert: null if it was written, or the fields of the unique index that refused it. */
export type InsertOutcome = { fields: string[] } | null

interface Waiting {
  document: mongo.Document
  resolve(outcome: InsertOutcome): void
  reject(error: unknown): void
}

/**
 * Inserts unrelated documents together: those that arrive in one turn of the event loop and, under load, those that
 * arrive within two milliseconds or during a write. A refused document fails alone. Documents may be written in any
 * order: callers that need an order await the document before.
 * @param collection called for each write, because the collection only exists when the database is connected
 */
export class SharedInsert {
  private waiting: Waiting[] = []
  private underWay = 0
  private timer: NodeJS.Timeout | undefined
  private scheduled = false

  constructor(private readonly collection: () => { db: mongo.Db; name: string }) {}

  /** Resolves when the document is durable, or refused by a unique index. Rejects on any other error. */
  add(document: mongo.Document): Promise<InsertOutcome> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ document, resolve, reject })
      if (this.underWay === 0) this.schedule()
      else this.timer ??= setTimeout(() => this.write(), MAX_WAIT_MS)
    })
  }

  /** Writes at the end of this turn of the event loop, which collects what arrives over many sockets at once. */
  private schedule(): void {
    if (this.scheduled) return
    this.scheduled = true
    setImmediate(() => {
      this.scheduled = false
      this.write()
    })
  }

  private write(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    while (this.waiting.length > 0 && this.underWay < MAX_UNDER_WAY) {
      const batch = this.waiting.slice(0, MAX_BATCH)
      this.waiting = this.waiting.slice(MAX_BATCH)
      this.underWay++
      void this.insert(batch).finally(() => {
        this.underWay--
        if (this.waiting.length > 0) this.schedule()
      })
    }
  }

  private async insert(batch: readonly Waiting[]): Promise<void> {
    try {
      const { db, name } = this.collection()
      const documents = batch.map(({ document }) => document)
      // A plain command is used, because the driver's bulk write would measure and encode each document a second time.
      const answer = await db.command({ insert: name, documents, ordered: false, ...writeConcernOf(db) })
      const refused = new Map<number, mongo.Document>()
      for (const error of answer.writeErrors ?? []) refused.set(error.index, error)
      if (answer.writeConcernError) throw new Error(answer.writeConcernError.errmsg)
      batch.forEach(({ resolve, reject }, index) => {
        const error = refused.get(index)
        if (!error) resolve(null)
        else if (error.code === 11_000) resolve({ fields: Object.keys(error.keyPattern ?? {}) })
        else reject(new Error(error.errmsg))
      })
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
}

/** The write concern of the database's URI. A plain command does not inherit it. */
function writeConcernOf(db: mongo.Db): { writeConcern?: mongo.Document } {
  const { writeConcern } = db
  return writeConcern
    ? { writeConcern: { w: writeConcern.w, ...(writeConcern.wtimeoutMS && { wtimeout: writeConcern.wtimeoutMS }) } }
    : {}
}

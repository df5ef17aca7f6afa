import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Doc } from '../bson/document'
import { parseIndex, sameIndex } from '../index/definition'
import { readCatalog, saveToCatalog } from './catalog'
import { Collection } from './collection'
import { refuseDamaged } from './damage'
import { Fence, type OwnerLost } from './fence'
import { settleFormat } from './format'
import { FreeSpace } from './freeSpace'
import { Keyspace, StaleState, type Step } from './keyspace'
import { catalogKey } from './layout'
import { Writer } from './writer'

const ID_INDEX: Doc = { key: { _id: 1 }, name: '_id_' }

/** All databases of a folder: their collections by namespace, and the only way to write. */
export class Database {
  readonly keyspace: Keyspace
  /** Grows with every command, so that long work notices that others are waiting. */
  asked = 0
  private readonly writer: Writer
  private readonly space: FreeSpace
  private readonly fence: Fence
  private readonly onLost: (error: Error) => void
  private readonly collections = new Map<string, Collection>()
  private lastNumber = 0
  private commits = 0
  private isCommitting = false
  private isUnpaused = false

  /**
   * Opens the store in a folder and creates it if need be; the caller owns the folder's lock.
   * @throws Error for a file that is damaged, or of a newer version
   * @param options.freeBytes the bytes that the disk has left, for tests
   * @param options.onLost is called when nothing can be written any more: another process owns the store now, or a
   *   commit failed in a way that LMDB does not go on after
   */
  constructor(folder: string, options: { freeBytes?: () => number; onLost?: (error: Error) => void } = {}) {
    mkdirSync(folder, { recursive: true })
    const file = join(folder, 'webchat.mdb')
    refuseDamaged(file)
    this.keyspace = new Keyspace(file)
    settleFormat(this.keyspace, file)
    this.space = new FreeSpace(folder, options.freeBytes)
    this.fence = new Fence(this.keyspace, folder)
    this.onLost = options.onLost ?? (() => {})
    this.writer = new Writer(
      (work, alone) => this.commit(work, alone),
      () => this.load(),
    )
    this.load()
  }

  /**
   * Grows with every commit, so that a reader notices that what it read before may have changed. A commit that is under
   * way may become visible to readers at any moment, but not while code runs: until it ends, this grows whenever code
   * has paused.
   */
  get version(): number {
    if (this.isCommitting && !this.isUnpaused) {
      this.commits++
      this.isUnpaused = true
      queueMicrotask(() => (this.isUnpaused = false))
    }
    return this.commits
  }

  /**
   * Runs a write; resolves when it is on the disk. See Writer for what may be thrown inside. Readers see what is on the
   * disk and nothing else: the write as soon as it is acknowledged, and never before it is durable. Only the writes of
   * the same group, which are acknowledged together, see it earlier.
   */
  write<T>(run: () => T): Promise<T> {
    return this.writeAnyway(() => {
      // Asked right before the commit: LMDB must not meet a full disk.
      this.space.demand()
      return run()
    })
  }

  /** Runs a write that needs no free space, such as a removal. It works on a full disk too. */
  writeAnyway<T>(run: () => T): Promise<T> {
    return this.writer.write(run)
  }

  /**
   * Runs a write that may change more than memory should hold. It has a transaction of its own, and everybody waits for
   * it and for the disk.
   */
  writeAlone<T>(run: () => T): Promise<T> {
    return this.writer.write(run, true)
  }

  /**
   * Checks whether this process still owns the store, and calls `onLost` when it does not. Readers that do not see the
   * last commit see it from now on.
   */
  checkOwner(): void {
    if (this.isCommitting || this.fence.isCurrent()) return
    try {
      this.fence.demand()
      void this.keyspace.reopen()
    } catch (error) {
      this.onLost(error as OwnerLost)
    }
  }

  find(namespace: string): Collection | undefined {
    return this.collections.get(namespace)
  }

  /** The collections of one database, or of all. */
  list(database?: string): Collection[] {
    const all = [...this.collections.values()]
    return database === undefined ? all : all.filter(({ namespace }) => namespace.startsWith(`${database}.`))
  }

  /** Finds a collection or creates it; inside a write only. */
  ensure(namespace: string): Collection {
    const existing = this.collections.get(namespace)
    if (existing) return existing
    const collection = this.add(namespace, ++this.lastNumber)
    collection.buildIndex(parseIndex(ID_INDEX, ++this.lastNumber))
    this.save(collection)
    return collection
  }

  /** Creates the index unless it is there; inside `writeAlone` only. @returns whether it is new */
  createIndex(collection: Collection, spec: Doc): boolean {
    const index = parseIndex(spec, ++this.lastNumber)
    // MongoDB keeps the _id index as it is, whatever name is asked for.
    if (index.fields.length === 1 && index.fields[0]!.path === '_id') return false
    if (collection.indexes.some((existing) => sameIndex(existing, index))) return false
    collection.buildIndex(index)
    this.save(collection)
    return true
  }

  /** Removes a collection; inside `writeAlone` only. */
  drop(collection: Collection): void {
    collection.clear()
    this.keyspace.remove(catalogKey(collection.namespace))
    this.collections.delete(collection.namespace)
  }

  /** Commits what is queued and closes the files. */
  async close(): Promise<void> {
    await this.writer.idle()
    await this.keyspace.close()
  }

  private async commit(work: () => void, alone: boolean): Promise<void> {
    const { step } = this.fence
    const guarded = (): void => {
      this.demandCurrent()
      work()
      this.isCommitting = true
    }
    try {
      this.fence.advance(alone ? this.commitAlone(guarded, step) : await this.keyspace.commit(guarded, step))
    } catch (error) {
      throw await this.afterFailure(error, step)
    } finally {
      this.isCommitting = false
      this.commits++
    }
  }

  private commitAlone(work: () => void, { key, next }: Step): Buffer {
    this.keyspace.transaction(() => {
      work()
      this.keyspace.put(key, next)
    })
    return next
  }

  /** @throws OwnerLost, or StaleState when the last commit cannot be seen */
  private demandCurrent(): void {
    this.fence.demand()
    if (!this.fence.isCurrent()) throw new StaleState()
  }

  /** Makes the store ready for the next commit, or tells `onLost`. @returns the error for the writers */
  private async afterFailure(error: unknown, step: Step): Promise<unknown> {
    let cause = this.space.explain(error)
    try {
      await this.keyspace.reopen()
      this.fence.demand()
      this.fence.recover(step)
      if (!this.keyspace.canWrite()) this.onLost(cause as Error)
    } catch (fault) {
      cause = fault
      this.onLost(fault as Error)
    }
    return cause
  }

  private add(namespace: string, id: number): Collection {
    const collection = new Collection(this.keyspace, id, namespace, () => this.save(collection))
    this.collections.set(namespace, collection)
    return collection
  }

  private save(collection: Collection): void {
    saveToCatalog(this.keyspace, collection)
  }

  /** Reads the catalog, also after a transaction was undone, because memory may then differ from the disk. */
  private load(): void {
    this.collections.clear()
    this.lastNumber = 0
    for (const { namespace, id, indexes } of readCatalog(this.keyspace)) {
      this.add(namespace, id).indexes.push(...indexes)
      this.lastNumber = Math.max(this.lastNumber, id, ...indexes.map((index) => index.id))
    }
  }
}

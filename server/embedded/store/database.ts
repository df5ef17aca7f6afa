import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Doc } from '../bson/document'
import { parseIndex, sameIndex } from '../index/definition'
import { readCatalog, saveToCatalog } from './catalog'
import { Collection } from './collection'
import { refuseDamaged } from './damage'
import { Fence, OwnerLost } from './fence'
import { settleFormat } from './format'
import { FreeSpace } from './freeSpace'
import { Keyspace } from './keyspace'
import { catalogKey } from './layout'
import { Writer } from './writer'

const ID_INDEX: Doc = { key: { _id: 1 }, name: '_id_' }

/** All databases of a folder: their collections by namespace, and the only way to write. */
export class Database {
  readonly keyspace: Keyspace
  /** Grows with every commit, so that a reader notices that what it read before may have changed. */
  version = 0
  /** Grows with every command, so that long work notices that others are waiting. */
  asked = 0
  private readonly writer: Writer
  private readonly space: FreeSpace
  private readonly fence: Fence
  private readonly onLost: (error: OwnerLost) => void
  private readonly collections = new Map<string, Collection>()
  private lastNumber = 0

  /**
   * Opens the store in a folder and creates it if need be; the caller owns the folder's lock.
   * @throws Error for a file that is damaged, or of a newer version
   * @param options.freeBytes the bytes that the disk has left, for tests
   * @param options.onLost is called when a write finds that another process owns the store now
   */
  constructor(folder: string, options: { freeBytes?: () => number; onLost?: (error: OwnerLost) => void } = {}) {
    mkdirSync(folder, { recursive: true })
    const file = join(folder, 'webchat.mdb')
    refuseDamaged(file)
    this.keyspace = new Keyspace(file)
    settleFormat(this.keyspace, file)
    this.space = new FreeSpace(folder, options.freeBytes)
    this.fence = new Fence(this.keyspace, folder)
    this.onLost = options.onLost ?? (() => {})
    this.writer = new Writer(
      (work) => this.commit(work),
      () => this.load(),
    )
    this.load()
  }

  /** Runs a write; resolves when it is on the disk. See Writer for what may be thrown inside. */
  async write<T>(run: () => T): Promise<T> {
    this.space.demand()
    return this.writeAnyway(run)
  }

  /** Runs a write that needs no free space, such as a removal. It works on a full disk too. */
  writeAnyway<T>(run: () => T): Promise<T> {
    return this.writer.write(run)
  }

  /** Checks whether this process still owns the store, and calls `onLost` when it does not. */
  checkOwner(): void {
    try {
      this.fence.demand()
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

  /** Creates the index unless it is there; inside a write only. @returns whether it is new */
  createIndex(collection: Collection, spec: Doc): boolean {
    const index = parseIndex(spec, ++this.lastNumber)
    // MongoDB keeps the _id index as it is, whatever name is asked for.
    if (index.fields.length === 1 && index.fields[0]!.path === '_id') return false
    if (collection.indexes.some((existing) => sameIndex(existing, index))) return false
    collection.buildIndex(index)
    this.save(collection)
    return true
  }

  drop(collection: Collection): void {
    collection.clear()
    this.keyspace.remove(catalogKey(collection.namespace))
    this.collections.delete(collection.namespace)
  }

  /** Commits what is queued and closes the files. */
  async close(): Promise<void> {
    this.writer.flush()
    await this.keyspace.close()
  }

  private commit(work: () => void): void {
    try {
      this.keyspace.transaction(() => {
        this.fence.demand()
        work()
      })
    } catch (error) {
      if (error instanceof OwnerLost) this.onLost(error)
      throw this.space.explain(error)
    }
    this.version++
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

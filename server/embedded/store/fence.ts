import { randomBytes } from 'node:crypto'
import { StaleState, type Keyspace, type Step } from './keyspace'
import { OWNER_KEY } from './layout'

const MAX_TRIES = 3
/** Bytes of a stamp that differ with each commit. The owner's token follows. */
const MARK_BYTES = 8

/** Another process has become the owner of the store, so this one must write nothing more. */
export class OwnerLost extends Error {
  constructor(folder: string) {
    super(`Another process has taken over the store in ${folder}. This one stops, so that no two write to it.`)
  }
}

/**
 * The fencing token. Each process that opens the store writes its own token into it, and compares it inside every write
 * transaction. So a former owner that wakes up can commit nothing, whatever the folder's lock says. A mark beside the token
 * changes with each commit, so that none is written on a state without the last one (`StaleState`).
 */
export class Fence {
  private readonly token = randomBytes(16 - MARK_BYTES)
  private stamp: Buffer
  private readonly keyspace: Keyspace
  private readonly folder: string

  /** Takes the store over. */
  constructor(keyspace: Keyspace, folder: string) {
    this.keyspace = keyspace
    this.folder = folder
    this.stamp = this.newStamp()
    this.takeOver(MAX_TRIES)
  }

  /** What the next commit compares and stores. */
  get step(): Step {
    return { key: OWNER_KEY, value: this.stamp, next: this.newStamp() }
  }

  /** Notes what a commit has stored. */
  advance(stamp: Buffer): void {
    this.stamp = stamp
  }

  /** Notes the stamp of a commit that was said to have failed, and is in the file. */
  recover({ key, next }: Step): void {
    if (this.keyspace.get(key)?.equals(next)) this.stamp = next
  }

  /** Checks that this process still owns the store. @throws OwnerLost when the store has another token */
  demand(): void {
    const stored = this.keyspace.get(OWNER_KEY)
    if (!stored?.subarray(MARK_BYTES).equals(this.token)) throw new OwnerLost(this.folder)
  }

  /** Whether readers see the last commit of this process. */
  isCurrent(): boolean {
    return this.keyspace.get(OWNER_KEY)?.equals(this.stamp) ?? false
  }

  private takeOver(tries: number): void {
    try {
      this.keyspace.transaction(() => this.keyspace.put(OWNER_KEY, this.stamp))
    } catch (error) {
      if (!(error instanceof StaleState) || tries === 1) throw error
      this.keyspace.reopenUnused()
      this.takeOver(tries - 1)
    }
  }

  private newStamp(): Buffer {
    const mark = randomBytes(MARK_BYTES)
    // LMDB compares it as a number, which must be finite.
    mark[MARK_BYTES - 1] = 0x3f
    return Buffer.concat([mark, this.token])
  }
}

import { randomBytes } from 'node:crypto'
import type { Keyspace } from './keyspace'
import { OWNER_KEY } from './layout'

/**
 * LMDB's code for a transaction that cannot be committed. The first transaction of a process gets it, once in 300 times,
 * when the former owner commits at the same moment. It has changed nothing then, but its error stays until the file is
 * opened anew.
 */
const BAD_TRANSACTION = -30_782
const MAX_TRIES = 3

/** Another process has become the owner of the store, so this one must write nothing more. */
export class OwnerLost extends Error {
  constructor(folder: string) {
    super(`Another process has taken over the store in ${folder}. This one stops, so that no two write to it.`)
  }
}

/**
 * The fencing token. Each process that opens the store writes its own token into it, and compares it inside every write
 * transaction. So a former owner that wakes up can commit nothing, whatever the folder's lock says.
 */
export class Fence {
  private readonly token = newToken()
  private readonly keyspace: Keyspace
  private readonly folder: string

  /** Takes the store over. */
  constructor(keyspace: Keyspace, folder: string) {
    this.keyspace = keyspace
    this.folder = folder
    this.takeOver(MAX_TRIES)
  }

  private takeOver(tries: number): void {
    try {
      this.keyspace.transaction(() => this.keyspace.put(OWNER_KEY, this.token))
    } catch (error) {
      if ((error as { code?: unknown }).code !== BAD_TRANSACTION || tries <= 1) throw error
      this.keyspace.reopen()
      this.takeOver(tries - 1)
    }
  }

  /** What a commit compares. */
  get guard(): { key: Buffer; value: Buffer } {
    return { key: OWNER_KEY, value: this.token }
  }

  /** @returns the error for a commit that another token has stopped */
  lost(): OwnerLost {
    return new OwnerLost(this.folder)
  }

  /** The error of a failed commit. When another process has taken the store over, it says so. */
  explain(error: unknown): unknown {
    try {
      this.demand()
      return error
    } catch (lost) {
      return lost
    }
  }

  /** Checks that this process still owns the store. @throws OwnerLost when the store has another token */
  demand(): void {
    if (!this.keyspace.get(OWNER_KEY)?.equals(this.token)) throw this.lost()
  }
}

/** Random bytes, of which the first eight are a finite number: LMDB compares them as a double. */
function newToken(): Buffer {
  const token = randomBytes(16)
  token[7] = 0x3f
  return token
}

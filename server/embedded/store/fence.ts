import { randomBytes } from 'node:crypto'
import type { Keyspace } from './keyspace'
import { OWNER_KEY } from './layout'

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
  private readonly token = randomBytes(16)
  private readonly keyspace: Keyspace
  private readonly folder: string

  /** Takes the store over. */
  constructor(keyspace: Keyspace, folder: string) {
    this.keyspace = keyspace
    this.folder = folder
    keyspace.transaction(() => keyspace.put(OWNER_KEY, this.token))
  }

  /** Checks that this process still owns the store. @throws OwnerLost when the store has another token */
  demand(): void {
    if (!this.keyspace.get(OWNER_KEY)?.equals(this.token)) throw new OwnerLost(this.folder)
  }
}

import { randomBytes } from 'node:crypto'
import type { Keyspace } from './keyspace'
import { OWNER_KEY } from './layout'

/** Another process has made itself the owner of the store; this one must write nothing more. */
export class OwnerLost extends Error {
  constructor(folder: string) {
    super(`Another process has taken over the store in ${folder}. This one stops, so that no two write to it.`)
  }
}

/**
 * The fencing token: who opens the store writes a token of their own into it, and compares it inside every write
 * transaction. Whatever the lock of the folder believes, a former owner that wakes up can commit nothing.
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

  /** @throws OwnerLost when the token in the store is another's */
  demand(): void {
    if (!this.keyspace.get(OWNER_KEY)?.equals(this.token)) throw new OwnerLost(this.folder)
  }
}

import type { ClientErrorCode } from '../http/apiError'
import type { OutboxEntry } from './outboxEntry'

/** What the outbox asks and tells of the files that its entries wait for. */
export interface EntryFiles {
  /** Whether all of an entry's files are with the server, or why one of them will not be. */
  stateOf(entry: OutboxEntry): 'ready' | 'waiting' | { code: ClientErrorCode; message: string }
  /** Resolves when what is known of them is stored, so that no entry is found without its files. */
  stored(entry: OutboxEntry): Promise<void>
  /** Nothing waits for the files of these messages any more: they were delivered, or given up. */
  release(clientIds: readonly string[], delivered: boolean): void
}

/** The first message that cannot go because of its files, with the reason; null where there is none. */
export function failedByFiles(
  entries: readonly OutboxEntry[],
  files: EntryFiles,
): { clientId: string; error: OutboxEntry['error'] } | null {
  for (const entry of entries.filter(({ state }) => state === 'queued')) {
    const error = files.stateOf(entry)
    if (typeof error !== 'string') return { clientId: entry.clientId, error }
  }
  return null
}

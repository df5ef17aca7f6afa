import type { ClientErrorCode } from '../http/apiError'
import type { OutboxEntry } from './outboxEntry'

/** What the outbox needs to know of the files of its entries. */
export interface EntryFiles {
  /** Whether the server has all files of an entry, or why it will not get one of them. */
  stateOf(entry: OutboxEntry): 'ready' | 'waiting' | { code: ClientErrorCode; message: string }
  /** Resolves when the records of the files are stored, so that no entry is found without its files. */
  stored(entry: OutboxEntry): Promise<void>
  /** Called when the files of these messages are not needed any more: the messages were delivered, or given up. */
  release(clientIds: readonly string[], delivered: boolean): void
}

/** The first message that cannot go because of its files, with the reason. Null: there is none. */
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

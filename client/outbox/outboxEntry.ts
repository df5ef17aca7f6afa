import { isVisible } from '#shared/domain/text/clean'
import type { Message } from '#shared/schemas/message'
import type { ApiError } from '../http/apiError'

/**
 * A message of mine that the server has not yet acknowledged, or (`sent`) that waits for those before it to be shown.
 */
export interface OutboxEntry {
  readonly clientId: string
  readonly conversationId: string
  readonly text: string
  readonly replyToId: string | null
  /** The ids of its files in this browser. It is sent when the server has all of them. */
  readonly uploads: readonly string[]
  readonly createdAt: string
  readonly state: 'queued' | 'sending' | 'sent' | 'failed'
  /** Why it failed: a stable code, and the server's sentence. */
  readonly error: { code: string; message: string } | null
  /** When it is sent again, if slow mode makes it wait. Milliseconds since 1970. */
  readonly retryAt?: number
}

/** The messages between tabs about the outbox that they share. */
export type OutboxNews =
  | { kind: 'stored' }
  | { kind: 'state'; clientId: string; state: OutboxEntry['state']; retryAt?: number }
  | { kind: 'delivered'; message: Message }

/**
 * Joins the stored entries with those of this tab, in the order of the storage. Whether an entry is being sent is not
 * stored, and a change of this tab is stored a moment later.
 */
export function mergedEntries(
  stored: readonly OutboxEntry[],
  local: readonly OutboxEntry[],
  { unsaved, gone }: { unsaved: ReadonlySet<string>; gone: ReadonlySet<string> },
): OutboxEntry[] {
  const localById = new Map(local.map((entry) => [entry.clientId, entry]))
  const newer = (entry: OutboxEntry): OutboxEntry => {
    const here = localById.get(entry.clientId)
    if (!here) return entry
    const sending = here.state === 'sending' && entry.state === 'queued'
    return sending || unsaved.has(entry.clientId) ? here : entry
  }
  const known = new Set(stored.map((entry) => entry.clientId))
  const fresh = local.filter((entry) => unsaved.has(entry.clientId) && !known.has(entry.clientId))
  return [...stored.filter((entry) => !gone.has(entry.clientId)).map(newer), ...fresh]
}

type Change = Partial<OutboxEntry>

/** The change that sends a reply again without its quote. */
export const UNQUOTED: Change = { replyToId: null, state: 'queued' }

export function failedBy({ code, message }: ApiError): Change {
  return { state: 'failed', error: { code, message } }
}

/**
 * The change of a message that loses one of its files. A failed message is sent with what remains, its text included. A
 * message on its way that loses its last file is dropped with its text.
 * @returns null if nothing remains of the message
 */
export function withoutUpload({ uploads, state, text }: OutboxEntry, localId: string): Change | null {
  const rest = uploads.filter((id) => id !== localId)
  const failed = state === 'failed'
  if (rest.length === 0 && !(failed && isVisible(text))) return null
  return failed ? { uploads: rest, state: 'queued', error: null } : { uploads: rest }
}

import { cleanMessageText } from '#shared/domain/text/clean'
import type { Draft } from '#shared/schemas/conversation'

/** Milliseconds after the last key during which somebody counts as typing. */
const TYPING_MS = 10_000

/** A draft as it is in this browser. */
export interface LocalDraft {
  text: string
  /** The message that it answers. Empty: none. */
  replyToId: string
  /** When it was typed, if the server does not have it yet: milliseconds since 1970 by the server's clock. */
  typedAt: number | null
}

/**
 * Decides what becomes of a draft that another device has changed.
 * @param now milliseconds since 1970 by the server's clock
 * @returns what replaces the one here; null: the one here stays
 */
export function replacedBy(
  local: LocalDraft,
  draft: Draft | null,
  now: number,
): Pick<LocalDraft, 'text' | 'replyToId'> | null {
  const other = { text: draft?.text ?? '', replyToId: draft?.replyToId ?? '' }
  // The server stores the text cleaned.
  if (cleanMessageText(local.text) === other.text && local.replyToId === other.replyToId) return null
  if (local.typedAt === null) return other
  // What was typed here is lost only to something newer, and never while it is being typed.
  const isNewer = draft !== null && Date.parse(draft.updatedAt) > local.typedAt
  return isNewer && now - local.typedAt > TYPING_MS ? other : null
}

import { cleanMessageText } from '#shared/domain/text/clean'
import type { Draft } from '#shared/schemas/conversation'

/** Milliseconds after the last key during which somebody counts as typing. */
const TYPING_MS = 10_000

/** A draft as it is in this browser. */
export interface LocalDraft {
  text: string
  /** When it was typed, if the server does not have it yet: milliseconds since 1970 by the server's clock. */
  typedAt: number | null
}

/**
 * Decides what becomes of a draft that another device has changed.
 * @param now milliseconds since 1970 by the server's clock
 * @returns the text that replaces the one here; null: the one here stays
 */
export function replacedBy(local: LocalDraft, draft: Draft | null, now: number): string | null {
  const text = draft?.text ?? ''
  // The server stores the text cleaned.
  if (cleanMessageText(local.text) === text) return null
  if (local.typedAt === null) return text
  // What was typed here is lost only to something newer, and never while it is being typed.
  const isNewer = draft !== null && Date.parse(draft.updatedAt) > local.typedAt
  return isNewer && now - local.typedAt > TYPING_MS ? text : null
}

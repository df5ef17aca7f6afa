import { findPrivacy } from '../../repositories/users'

/** Milliseconds for which an answer is kept. A change is announced; this is for a task that missed the announcement. */
const MAX_AGE_MS = 60_000
const MAX_KNOWN = 50_000

const known = new Map<string, { hides: boolean; until: number }>()
/** Grows when answers may be out of date. An answer that was under way at that time is not kept. */
let changes = 0

/** Whether a person hides from some people what they have read. Each task keeps the answers of those who read now. */
export async function hidesReads(userId: string): Promise<boolean> {
  const kept = known.get(userId)
  if (kept && kept.until > Date.now()) return kept.hides
  const before = changes
  const privacy = (await findPrivacy([userId])).get(userId)
  const hides = privacy !== undefined && privacy.reads !== 'everybody'
  if (known.size >= MAX_KNOWN) known.clear()
  if (before === changes) known.set(userId, { hides, until: Date.now() + MAX_AGE_MS })
  return hides
}

/** Forgets answers that may be out of date. @param userIds null: all */
export function forgetReadsShown(userIds: readonly string[] | null): void {
  changes++
  if (userIds === null) known.clear()
  else for (const id of userIds) known.delete(id)
}

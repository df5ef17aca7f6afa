const last = new Map<string, Promise<unknown>>()

/**
 * Runs what changes one conversation one after the other, in the order it was asked for: sends, edits, memberships.
 * So a check and the write that follows it see the same members, and events leave in the order of the writes.
 * It holds within one process; between processes the unique indexes and conditional writes do.
 */
export function inOrder<T>(conversationId: string, run: () => Promise<T>): Promise<T> {
  const before = last.get(conversationId) ?? Promise.resolve()
  const result = before.then(run)
  const settled = result.catch(() => {})
  last.set(conversationId, settled)
  void settled.then(() => {
    if (last.get(conversationId) === settled) last.delete(conversationId)
  })
  return result
}

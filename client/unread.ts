/** Where a reader stands in a conversation. */
export interface ReadState {
  lastSeq: number
  lastReadSeq: number
  /** Messages of others after `lastReadSeq`. */
  unread: number
}

/**
 * Unread messages after a conversation grew or was read further: lastSeq − lastReadSeq − own ones between them.
 * @param from the last state the server told
 * @param own whether a message is one's own, by seq, for those that were seen
 * Exact when every message of one's own after `lastReadSeq` was seen; else those not seen are taken to be the newest,
 * since what lies before them has been on the screen.
 */
export function advanceUnread(
  from: ReadState,
  to: { lastSeq: number; lastReadSeq: number },
  own: ReadonlyMap<number, boolean>,
): number {
  let ownAfter = 0
  let ownKnownBefore = 0
  let knownLeft = 0
  for (const [seq, isOwn] of own) {
    if (isOwn && seq > from.lastReadSeq && seq <= from.lastSeq) ownKnownBefore++
    if (isOwn && seq > to.lastReadSeq && seq <= to.lastSeq) ownAfter++
    if (seq > to.lastReadSeq && seq <= from.lastSeq) knownLeft++
  }
  const ownUnseen = Math.max(0, from.lastSeq - from.lastReadSeq - from.unread - ownKnownBefore)
  const placesUnseen = Math.max(0, from.lastSeq - Math.max(to.lastReadSeq, from.lastReadSeq) - knownLeft)
  return Math.max(0, to.lastSeq - to.lastReadSeq - ownAfter - Math.min(ownUnseen, placesUnseen))
}

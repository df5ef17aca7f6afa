/** Who of the two people in a direct conversation has blocked the other, as one of them stands to it. */
export type Block = 'mine' | 'theirs' | 'both'

/** The block between two people. Undefined: there is none. */
export function blockOf(isMine: boolean, isTheirs: boolean): Block | undefined {
  if (isMine) return isTheirs ? 'both' : 'mine'
  return isTheirs ? 'theirs' : undefined
}

/** What a person is told of a block: only that they have blocked somebody, never that they were. */
export function shownBlock(block: Block | undefined): 'mine' | undefined {
  return block === 'mine' || block === 'both' ? 'mine' : undefined
}

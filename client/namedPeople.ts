import type { Message } from '#shared/schemas/message'

/** So many are named in a system message; the rest are counted. */
const TARGETS_NAMED = 3

/** Ids of those whose names are shown with a message. */
export function namedPeople({ senderId, replyTo, notice }: Message): string[] {
  const ids = [senderId, replyTo?.senderId, ...(notice?.targetIds.slice(0, TARGETS_NAMED) ?? [])]
  return ids.filter((id) => typeof id === 'string')
}

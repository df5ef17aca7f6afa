import type { Message } from '#shared/schemas/message'

/** So many are named in a system message; the rest are counted. */
const MAX_NAMED = 3

/** Ids of those whose names are shown with a message. */
export function namedPeople({ senderId, replyTo, notice }: Message): string[] {
  const ids = [senderId, replyTo?.senderId, ...(notice?.targetIds.slice(0, MAX_NAMED) ?? [])]
  return ids.filter((id) => typeof id === 'string')
}

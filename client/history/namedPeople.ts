import { splitNamed } from '#shared/domain/groups'
import type { Message } from '#shared/schemas/message'

/** Ids of those whose names are shown with a message. */
export function namedPeople({ senderId, replyTo, notice }: Message): string[] {
  const ids = [senderId, replyTo?.senderId, ...(notice ? splitNamed(notice.targetIds).named : [])]
  return ids.filter((id) => typeof id === 'string')
}

import { splitNamed } from '#shared/domain/groups'
import type { Message } from '#shared/schemas/message'

/** The ids of the people whose names are shown with a message. */
export function namedPeople({ senderId, replyTo, forwardedFrom, notice, mentions }: Message): string[] {
  const ids = [
    senderId,
    replyTo?.senderId,
    forwardedFrom?.senderId,
    ...mentions,
    ...(notice ? splitNamed(notice.targetIds).named : []),
  ]
  return ids.filter((id) => typeof id === 'string')
}

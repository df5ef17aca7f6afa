import type { Message } from '#shared/schemas/message'

/** Messages of one conversation, ascending by `seq`, each once. Never mutated. */
export type Messages = readonly Message[]

/** The union of two sets of messages. Of a message in both it has the state with the higher `rev`. */
export function union(messages: Messages, others: Messages): Messages {
  const bySeq = new Map(messages.map((message) => [message.seq, message]))
  let changed = false
  for (const message of others) {
    const known = bySeq.get(message.seq)
    if (known && known.rev >= message.rev) continue
    bySeq.set(message.seq, message)
    changed = true
  }
  return changed ? [...bySeq.values()].sort((one, other) => one.seq - other.seq) : messages
}

export function firstSeq(messages: Messages): number {
  return messages[0]?.seq ?? 0
}

export function lastSeq(messages: Messages): number {
  return messages[messages.length - 1]?.seq ?? 0
}

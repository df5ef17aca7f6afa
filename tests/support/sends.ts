import type { Message } from '#shared/schemas/message'
import type { Person } from './person'

/** All messages of a conversation, oldest first. */
export async function allMessages(person: Person, conversationId: string): Promise<Message[]> {
  const messages: Message[] = []
  for (let more = true; more;) {
    const after = messages.at(-1)?.seq ?? 0
    const { body } = await person.get(`/api/conversations/${conversationId}/messages?limit=100&after=${after}`)
    messages.push(...body.messages)
    more = body.hasMore
  }
  return messages
}

/** The whole numbers from one to another, both included. */
export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}

import { expect, it } from 'vitest'
import type { Message } from '#shared/schemas/message'
import type { SyncAnswer, SyncInput } from '#shared/schemas/sync'
import { collectChanges } from '~/client/history/changes'
import type { Client } from '~/client/client'

const conversation = (id: string, rev: number) => ({ id, rev }) as SyncAnswer['conversations'][number]
const message = (conversationId: string, rev: number) => ({ conversationId, seq: rev, rev }) as Message

/** A server that lists two conversations an answer, and has room for three messages in each. */
function clientOf(revs: Record<string, number>) {
  const asked: SyncInput[] = []
  const sync = async (input: SyncInput): Promise<SyncAnswer> => {
    asked.push(input)
    const rest = Object.keys(revs)
      .sort()
      .filter((id) => id > (input.after ?? ''))
    const listed = rest.slice(0, 2)
    let room = 3
    const changes = Object.entries(input.conversations).map(([id, rev]) => {
      const missing = Array.from({ length: revs[id]! - rev }, (_, index) => message(id, rev + index + 1))
      const messages = missing.slice(0, room)
      room -= messages.length
      return [id, { messages, hasMore: messages.length < missing.length }] as const
    })
    return {
      conversations: listed.map((id) => conversation(id, revs[id]!)),
      ...(listed.length < rest.length && { next: listed.at(-1)! }),
      changes: Object.fromEntries(changes),
      removed: [],
    }
  }
  return { asked, client: { conversations: { sync } } as unknown as Client }
}

it('continues until the list and every change have arrived, and requests nothing twice', async () => {
  const { asked, client } = clientOf({ a: 4, b: 2, c: 0, d: 1, e: 0 })
  const { conversations, byConversation } = await collectChanges(client, { a: 0, b: 0, d: 0 })
  expect(conversations.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd', 'e'])
  const revs = [...byConversation].map(([id, changes]) => [id, changes?.messages.map(({ rev }) => rev), changes?.upTo])
  expect(revs).toEqual([
    ['a', [1, 2, 3, 4], 4],
    ['b', [1, 2], 2],
    ['d', [1], 1],
  ])
  expect(asked).toEqual([
    { conversations: { a: 0, b: 0, d: 0 } },
    { conversations: { a: 3, b: 0, d: 0 }, after: 'b' },
    { conversations: { d: 0 }, after: 'd' },
  ])
})

it('loads a new window if catching up would take too many pages', async () => {
  const { asked, client } = clientOf({ a: 40 })
  const { byConversation } = await collectChanges(client, { a: 0 })
  expect(byConversation.get('a')).toBeNull()
  expect(asked.length).toBe(5)
})

import { describe, expect, it } from 'vitest'
import type { Message } from '#shared/schemas/message'
import { createRowMaker, type RowsInput } from '~/components/message/messageRows'

function message(seq: number, createdAt: string): Message {
  return {
    id: `m${seq}`,
    conversationId: 'c',
    seq,
    rev: seq,
    clientId: null,
    kind: 'text',
    senderId: 'bob',
    text: `${seq}`,
    notice: null,
    attachments: [],
    heardBy: [],
    replyTo: null,
    threadId: null,
    replies: 0,
    forwardedFrom: null,
    mentions: [],
    mentionsAll: false,
    reactions: [],
    pinned: false,
    preview: null,
    editedAt: null,
    deletedAt: null,
    createdAt,
  }
}

const rowsOf = (input: Partial<RowsInput>) =>
  createRowMaker()({
    messages: [],
    pending: [],
    hasOlder: false,
    hasNewer: false,
    firstUnreadSeq: null,
    me: 'ann',
    deletions: new Map(),
    hideDeleted: false,
    ...input,
  })

describe('the rows of a list', () => {
  it('have each day once and no key twice, with any clocks of servers and browsers', () => {
    const messages = [
      message(1, '2026-03-05T12:00:00Z'),
      message(2, '2026-03-06T12:00:00Z'),
      // Another server's clock is behind.
      message(3, '2026-03-05T12:00:01Z'),
      message(4, '2026-03-06T12:00:02Z'),
    ]
    // This browser's clock is a day behind, then a day ahead.
    const pending = ['2026-03-05T12:00:00Z', '2026-03-07T12:00:00Z', '2026-03-06T12:00:00Z'].map(
      (createdAt, index) => ({
        clientId: `p${index}`,
        text: 'mine',
        createdAt,
        state: 'queued' as const,
      }),
    )
    const rows = rowsOf({ messages, pending })
    const keys = rows.map(({ key }) => key)
    expect(new Set(keys).size).toBe(keys.length)
    expect(rows.map(({ kind }) => kind)).toEqual([
      'day',
      'message',
      'day',
      'message',
      'message',
      'message',
      'message',
      'day',
      'message',
      'message',
    ])
  })

  it('show a message that is being deleted as deleted, and leave deleted ones out where the group hides them', () => {
    const messages = [
      message(1, '2026-03-05T12:00:00Z'),
      { ...message(2, '2026-03-05T12:00:01Z'), deletedAt: '2026-03-05T12:01:00Z' },
      message(3, '2026-03-05T12:00:02Z'),
    ]
    const deletions = new Map([[messages[2]!.id, {}]])
    const shown = (input: Partial<RowsInput>) =>
      rowsOf({ messages, ...input }).flatMap((row) => (row.kind === 'message' ? [[row.seq, row.deleted]] : []))
    expect(shown({ deletions })).toEqual([
      [1, false],
      [2, true],
      [3, true],
    ])
    expect(shown({ deletions, hideDeleted: true })).toEqual([[1, false]])
    expect(shown({ hideDeleted: true })).toEqual([
      [1, false],
      [3, false],
    ])
  })
})

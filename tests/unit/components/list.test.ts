import { describe, expect, it } from 'vitest'
import { belongsTo, CHIPS } from '~/components/conversation/chips'
import { muteEnd } from '~/components/conversation/muteTimes'
import { byListOrder } from '~/client/history/conversationState'
import { person } from '../client/fakeServer'
import { directView } from '../client/fakeViews'

function chat(id: string, me: object = {}, fields: object = {}) {
  const view = directView({ id, members: [], messages: [], seq: 0, rev: 0, read: {} }, 'me', person(9, 'peer'))
  return { ...view, ...fields, me: { ...view.me, ...me } }
}

describe('the order of the list', () => {
  it('has pinned chats first, in their order, then the newest activity', () => {
    const chats = [
      chat('old', {}, { updatedAt: '2026-01-01T00:00:00.000Z' }),
      chat('second pin', { pinned: true, pinOrder: 1 }, { updatedAt: '2026-01-09T00:00:00.000Z' }),
      chat('new', { pinOrder: -9 }, { updatedAt: '2026-01-02T00:00:00.000Z' }),
      chat('newest pin', { pinned: true, pinOrder: -1_700_000_000_000 }),
      chat('first pin', { pinned: true, pinOrder: 0 }),
    ]
    expect(chats.sort(byListOrder).map(({ id }) => id)).toEqual(['newest pin', 'first pin', 'second pin', 'new', 'old'])
  })
})

describe('the parts of the list', () => {
  it.each([
    [chat('a'), ['all', 'direct']],
    [chat('a', { unread: 1, mentions: 1 }, { kind: 'group' }), ['all', 'unread', 'groups', 'mentions']],
    [chat('a', { markedUnread: true }), ['all', 'unread', 'direct']],
  ])('of a chat', (conversation, parts) => {
    expect(CHIPS.filter((chip) => belongsTo(conversation, chip))).toEqual(parts)
  })
})

describe('muting', () => {
  const NOW = new Date(2026, 10, 30, 22, 15).getTime()

  it.each([
    ['hour', new Date(2026, 10, 30, 23, 15)],
    ['eightHours', new Date(2026, 11, 1, 6, 15)],
    ['tomorrow', new Date(2026, 11, 1, 8)],
    ['forGood', new Date('9999-12-31T23:59:59Z')],
  ] as const)('for %s ends then', (mute, end) => {
    expect(muteEnd(mute, NOW)).toBe(end.toISOString())
  })
})

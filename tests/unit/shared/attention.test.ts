import { describe, expect, it } from 'vitest'
import { isArchived, isMuted, MUTED_FOR_GOOD, totalUnread } from '#shared/domain/attention'
import { person } from '../client/fakeServer'
import { directView } from '../client/fakeViews'

const NOW = Date.parse('2026-11-30T12:00:00Z')
const LATER = '2026-11-30T13:00:00.000Z'
const BEFORE = '2026-11-30T11:00:00.000Z'

/** A chat of ten messages with these settings of its reader. */
function chat(me: object) {
  const view = directView({ id: 'a', members: [], messages: [], seq: 10, rev: 10, read: {} }, 'me', person(9, 'peer'))
  return { ...view, me: { ...view.me, ...me } }
}

describe('a muted chat', () => {
  it.each([
    [{ mutedUntil: null }, false],
    [{ mutedUntil: LATER }, true],
    [{ mutedUntil: BEFORE }, false],
    [{ mutedUntil: MUTED_FOR_GOOD }, true],
    [{ mutedUntil: null, notify: 'mentions' }, false],
    [{ mutedUntil: null, notify: 'none' }, true],
  ])('with %j is muted: %s', (me, muted) => {
    expect(isMuted(chat(me).me, NOW)).toBe(muted)
  })
})

describe('an archived chat', () => {
  it.each([
    // [returns with, newest seq when it was archived, newest seq, archived]
    ['mention', 10, 10, true],
    ['mention', 10, 11, true],
    ['message', 10, 10, true],
    ['message', 10, 11, false],
  ] as const)(
    'that returns with a %s, archived at %i, is at %i archived: %s',
    (returnsWith, archivedSeq, lastSeq, is) => {
      expect(isArchived({ archived: true, archivedSeq, returnsWith }, lastSeq)).toBe(is)
      expect(isArchived({ archived: false, archivedSeq, returnsWith }, lastSeq)).toBe(false)
    },
  )
})

describe('what the title counts', () => {
  it.each([
    [{ unread: 3, mentions: 1 }, 3],
    [{ unread: 0, markedUnread: true }, 1],
    [{ unread: 3, markedUnread: true }, 3],
    [{ unread: 3, mentions: 1, mutedUntil: LATER }, 0],
    [{ unread: 3, mentions: 1, mutedUntil: LATER, notify: 'mentions' }, 1],
    [{ unread: 3, mentions: 1, mutedUntil: BEFORE, notify: 'mentions' }, 3],
    [{ unread: 3, archived: true, archivedSeq: 10 }, 0],
    [{ unread: 3, archived: true, archivedSeq: 9, returnsWith: 'message' }, 3],
    [{ markedUnread: true, archived: true, archivedSeq: 10 }, 0],
  ])('%j adds %i', (me, counted) => {
    expect(totalUnread([chat({ unread: 2 }), chat(me)], NOW)).toBe(2 + counted)
  })
})

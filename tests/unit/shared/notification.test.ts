import { describe, expect, it } from 'vitest'
import { MUTED_FOR_GOOD } from '#shared/domain/attention'
import { notificationFor, type Question, type Screen, type NotificationLevel } from '#shared/domain/notification'
import { isQuiet, isTimeZone } from '#shared/domain/quietHours'
import { DEFAULT_NOTIFICATIONS, notificationSettingsInput } from '#shared/schemas/notifications'

const NOW = Date.parse('2026-11-30T15:30:00Z')
const LATER = '2026-11-30T16:00:00.000Z'
const BEFORE = '2026-11-30T15:00:00.000Z'
/** In Viet Nam it is 22:30. */
const NIGHT = { from: '22:00', to: '07:00', zone: 'Asia/Ho_Chi_Minh' }

const page = (screen: Partial<Screen>): Screen => ({
  device: 'laptop',
  conversationId: null,
  canNotify: true,
  ...screen,
})
const LAPTOP = page({})
const PHONE = page({ device: 'phone' })

interface Case {
  message?: Partial<Question['message']>
  me?: Partial<Question['chat']['me']>
  settings?: Partial<Question['receiver']['settings']>
  screens?: Screen[]
}

/** What the laptop does, for the tenth message of a chat. */
function tell({ message, me, settings, screens = [LAPTOP] }: Case): NotificationLevel {
  return notificationFor({
    message: {
      conversationId: 'chat',
      seq: 10,
      senderId: 'ann',
      kind: 'text',
      mentions: [],
      mentionsAll: false,
      threadId: null,
      deletedAt: null,
      ...message,
    },
    receiver: { id: 'me', settings: { ...DEFAULT_NOTIFICATIONS, ...settings } },
    chat: {
      me: {
        notify: 'all',
        mutedUntil: null,
        archived: false,
        archivedSeq: 9,
        returnsWith: 'mention',
        follows: [],
        lastReadSeq: 9,
        ...me,
      },
      lastSeq: 10,
    },
    screens,
    device: 'laptop',
    now: NOW,
  })
}

const MENTION = { mentions: ['me'] }
const ALL = { mentionsAll: true }
const ANSWER = { threadId: 'root' }
const FOLLOWS = { follows: ['root'] }
const MENTIONS = { notify: 'mentions' } as const
const MUTED = { mutedUntil: LATER }

describe('how a person is told of a message', () => {
  it.each<[string, Case, NotificationLevel]>([
    ['a message', {}, 'sound'],
    ['with sounds off', { settings: { sounds: false } }, 'banner'],
    ['without an open page', { screens: [] }, 'push'],
    ['with a page that cannot tell', { screens: [page({ canNotify: false })] }, 'push'],
    ['with a page on the phone only', { screens: [PHONE] }, 'push'],
    ['with pages on both', { screens: [PHONE, LAPTOP] }, 'sound'],
    // What is not news.
    ['one’s own', { message: { senderId: 'me' } }, 'nothing'],
    ['of the group itself', { message: { kind: 'system' } }, 'nothing'],
    ['deleted', { message: { deletedAt: BEFORE } }, 'nothing'],
    ['read meanwhile', { me: { lastReadSeq: 10 } }, 'nothing'],
    // What is on screen.
    ['on screen here', { screens: [page({ conversationId: 'chat' })] }, 'nothing'],
    ['on screen on the phone', { screens: [LAPTOP, page({ device: 'phone', conversationId: 'chat' })] }, 'nothing'],
    ['on the phone, no page here', { screens: [page({ device: 'phone', conversationId: 'chat' })] }, 'nothing'],
    ['another chat on screen', { screens: [page({ conversationId: 'other' })] }, 'sound'],
    // Only mentions.
    ['mentions only: a message', { me: MENTIONS }, 'badge'],
    ['mentions only: a message, no page', { me: MENTIONS, screens: [] }, 'badge'],
    ['mentions only: a mention', { me: MENTIONS, message: MENTION }, 'sound'],
    ['mentions only: a mention of everybody', { me: MENTIONS, message: ALL }, 'sound'],
    ['mentions only: a mention, no page', { me: MENTIONS, message: MENTION, screens: [] }, 'push'],
    ['mentions only: a mention of another', { me: MENTIONS, message: { mentions: ['bob'] } }, 'badge'],
    ['mentions only: an answer', { me: MENTIONS, message: ANSWER }, 'badge'],
    ['mentions only: an answer in a followed thread', { me: { ...MENTIONS, ...FOLLOWS }, message: ANSWER }, 'sound'],
    ['mentions only: in another thread', { me: { ...MENTIONS, ...FOLLOWS }, message: { threadId: 'x' } }, 'badge'],
    // Muted.
    ['none', { me: { notify: 'none' } }, 'nothing'],
    ['none: a mention', { me: { notify: 'none' }, message: MENTION }, 'nothing'],
    ['muted', { me: MUTED }, 'nothing'],
    ['muted, no page', { me: MUTED, screens: [] }, 'nothing'],
    ['muted: a mention', { me: MUTED, message: MENTION }, 'nothing'],
    ['muted for good', { me: { mutedUntil: MUTED_FOR_GOOD } }, 'nothing'],
    ['muted until before', { me: { mutedUntil: BEFORE } }, 'sound'],
    ['muted but for mentions: a message', { me: { ...MUTED, ...MENTIONS } }, 'nothing'],
    ['muted but for mentions: a mention', { me: { ...MUTED, ...MENTIONS }, message: MENTION }, 'badge'],
    ['muted but for mentions: no page', { me: { ...MUTED, ...MENTIONS }, message: MENTION, screens: [] }, 'badge'],
    // Archived.
    ['archived', { me: { archived: true } }, 'nothing'],
    ['archived, returns with it', { me: { archived: true, returnsWith: 'message' } }, 'sound'],
    // Quiet hours.
    ['in quiet hours', { settings: { quietHours: NIGHT } }, 'badge'],
    ['in quiet hours: a mention', { settings: { quietHours: NIGHT }, message: MENTION }, 'badge'],
    ['in quiet hours, no page', { settings: { quietHours: NIGHT }, screens: [] }, 'badge'],
    [
      'in quiet hours, on screen',
      { settings: { quietHours: NIGHT }, screens: [page({ conversationId: 'chat' })] },
      'nothing',
    ],
    ['in quiet hours elsewhere', { settings: { quietHours: { ...NIGHT, zone: 'Europe/London' } } }, 'sound'],
  ])('%s', (_, given, level) => {
    expect(tell(given)).toBe(level)
  })
})

describe('quiet hours', () => {
  const at = (time: string, from: string, to: string, zone = 'UTC') => isQuiet({ from, to, zone }, Date.parse(time))

  it('include their beginning, not their end, and go over midnight', () => {
    expect(isQuiet(null, NOW)).toBe(false)
    expect(at('2026-01-01T12:59:59Z', '13:00', '14:00')).toBe(false)
    expect(at('2026-01-01T13:00:00Z', '13:00', '14:00')).toBe(true)
    expect(at('2026-01-01T13:59:59Z', '13:00', '14:00')).toBe(true)
    expect(at('2026-01-01T14:00:00Z', '13:00', '14:00')).toBe(false)
    expect(at('2026-01-01T21:59:00Z', '22:00', '07:00')).toBe(false)
    expect(at('2026-01-01T23:59:59Z', '22:00', '07:00')).toBe(true)
    expect(at('2026-01-01T00:00:00Z', '22:00', '07:00')).toBe(true)
    expect(at('2026-01-01T07:00:00Z', '22:00', '07:00')).toBe(false)
  })

  it('follow the clock on the wall when it changes', () => {
    // Berlin is one hour ahead of UTC in winter, and two in summer. It changes on the last Sunday of March.
    expect(at('2026-03-28T06:30:00Z', '22:00', '07:00', 'Europe/Berlin')).toBe(false)
    expect(at('2026-03-28T05:30:00Z', '22:00', '07:00', 'Europe/Berlin')).toBe(true)
    expect(at('2026-03-29T05:30:00Z', '22:00', '07:00', 'Europe/Berlin')).toBe(false)
    expect(at('2026-03-29T04:59:00Z', '22:00', '07:00', 'Europe/Berlin')).toBe(true)
    // The hour from two to three is missing in that night, and there twice in October.
    expect(at('2026-03-29T01:00:00Z', '02:00', '03:00', 'Europe/Berlin')).toBe(false)
    expect(at('2026-10-25T00:30:00Z', '02:00', '03:00', 'Europe/Berlin')).toBe(true)
    expect(at('2026-10-25T01:30:00Z', '02:00', '03:00', 'Europe/Berlin')).toBe(true)
    expect(at('2026-10-25T02:00:00Z', '02:00', '03:00', 'Europe/Berlin')).toBe(false)
  })

  it('are refused with a zone or time that does not exist, and without a length', () => {
    expect(isTimeZone('Asia/Ho_Chi_Minh')).toBe(true)
    expect(isTimeZone('Asia/Nowhere')).toBe(false)
    const accepts = (quietHours: object | null) => notificationSettingsInput.safeParse({ quietHours }).success
    expect(accepts(null)).toBe(true)
    expect(accepts(NIGHT)).toBe(true)
    expect(accepts({ ...NIGHT, zone: 'Asia/Nowhere' })).toBe(false)
    expect(accepts({ ...NIGHT, from: '24:00' })).toBe(false)
    expect(accepts({ ...NIGHT, to: '7:00' })).toBe(false)
    expect(accepts({ ...NIGHT, to: '22:00' })).toBe(false)
  })
})

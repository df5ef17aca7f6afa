import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noticeText, slowModeWait, visibleFrom, type SystemAction } from '#shared/domain/groups'
import { ROLES } from '#shared/domain/permissions'

describe('visibleFrom', () => {
  it('hides earlier messages only if newcomers do not see them', () => {
    expect(visibleFrom({ history: 'all' }, { joinedSeq: 7 })).toBe(0)
    expect(visibleFrom({ history: 'joined' }, { joinedSeq: 7 })).toBe(7)
    expect(visibleFrom({ history: 'joined' }, { joinedSeq: 0 })).toBe(0)
  })

  it('hides what the person has cleared', () => {
    expect(visibleFrom({ history: 'all' }, { joinedSeq: 7, clearedSeq: 3 })).toBe(3)
    expect(visibleFrom({ history: 'joined' }, { joinedSeq: 7, clearedSeq: 3 })).toBe(7)
    expect(visibleFrom({ history: 'joined' }, { joinedSeq: 7, clearedSeq: 9 })).toBe(9)
  })
})

describe('slowModeWait', () => {
  const NOW = 1_000_000

  it.each([
    // [seconds, last sent at, wait]
    [0, NOW, 0],
    [10, null, 0],
    [10, NOW, 10_000],
    [10, NOW - 9_999, 1],
    [10, NOW - 10_000, 0],
    [10, 0, 0],
  ])('%i s, last %s: %i ms', (seconds, last, wait) => {
    expect(slowModeWait(seconds, 'member', last, NOW)).toBe(wait)
  })

  it('delays members only', () => {
    for (const role of ROLES) expect(slowModeWait(10, role, NOW, NOW)).toBe(role === 'member' ? 10_000 : 0)
  })

  it('ends: a person who waits as long as it says can write', () => {
    fc.assert(
      fc.property(fc.nat(86_400), fc.nat(1e9), fc.nat(1e9), (seconds, last, now) => {
        const wait = slowModeWait(seconds, 'member', last, now)
        expect(wait).toBeGreaterThanOrEqual(0)
        expect(slowModeWait(seconds, 'member', last, now + wait)).toBe(0)
      }),
    )
  })
})

describe('noticeText', () => {
  const say = (action: SystemAction, targets: string[] = [], name?: string) =>
    noticeText(
      { action, targetIds: targets.map((_, index) => String(index)), ...(name !== undefined && { name }) },
      'Ann',
      targets,
    )

  it.each([
    [say('created', [], 'Team'), 'Ann created the group “Team”'],
    [say('renamed', [], 'Crew'), 'Ann renamed the group to “Crew”'],
    [say('described'), 'Ann changed the description'],
    [say('joined'), 'Ann joined'],
    [say('left'), 'Ann left'],
    [say('added', ['Bob']), 'Ann added Bob'],
    [say('added', ['Bob', 'Cem', 'Đào']), 'Ann added Bob, Cem, Đào'],
    [say('added', ['Bob', 'Cem', 'Đào', 'Eve']), 'Ann added Bob, Cem and 2 others'],
    [
      say(
        'added',
        Array.from({ length: 999 }, (_, index) => `P${index}`),
      ),
      'Ann added P0, P1 and 997 others',
    ],
    [say('removed', ['Bob']), 'Ann removed Bob'],
    [say('banned', ['Bob']), 'Ann banned Bob'],
    [say('ownerChanged', ['Bob']), 'Ann made Bob the owner'],
    [say('settingsChanged'), 'Ann changed the settings'],
  ])('%s', (text, expected) => {
    expect(text).toBe(expected)
  })
})

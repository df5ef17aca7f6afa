import { describe, expect, it } from 'vitest'
import { fieldValue, offeredTimes, timeOf } from '~/components/composer/scheduleTimes'

const moment = (year: number, month: number, day: number, hour = 0, minute = 0) =>
  new Date(year, month, day, hour, minute).getTime()

describe('the times that are offered for a message', () => {
  it.each([
    // A Monday afternoon: the next Monday is a week away.
    [moment(2026, 10, 30, 15, 20), ['hour', 'evening', 'tomorrow', 'monday'], moment(2026, 11, 7, 9)],
    // Late in the evening nothing more is offered for today, and on Sunday tomorrow is Monday.
    [moment(2026, 10, 29, 22, 5), ['hour', 'tomorrow'], moment(2026, 10, 30, 9)],
    [moment(2026, 10, 28, 19, 30), ['hour', 'tomorrow', 'monday'], moment(2026, 10, 30, 9)],
  ])('at %i', (now, offers, last) => {
    const offered = offeredTimes(now)
    expect(offered.map(({ offer }) => offer)).toEqual(offers)
    expect(Date.parse(offered.at(-1)!.at)).toBe(last)
    for (const { at } of offered) expect(Date.parse(at)).toBeGreaterThan(now)
  })
})

it('a typed time is the reader’s own, and must be in the future', () => {
  const now = moment(2026, 10, 30, 15, 20)
  const at = new Date(2026, 10, 30, 16, 45).toISOString()
  expect(fieldValue(at)).toBe('2026-11-30T16:45')
  expect(timeOf('2026-11-30T16:45', now)).toBe(at)
  expect(timeOf('2026-11-30T15:20', now)).toBe(null)
  expect(timeOf('', now)).toBe(null)
})

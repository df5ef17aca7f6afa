import { describe, expect, it } from 'vitest'
import { delayAfterLoss } from '~/client/backoff'

const DAY = 24 * 60 * 60 * 1_000

/** The first returns of a thousand clients that lost their connection at the same moment, in order. */
function returns(code: number, age: number): number[] {
  return Array.from({ length: 1_000 }, (_, index) =>
    delayAfterLoss(code, age, 0, () => (index + 0.5) / 1_000),
  ).toSorted((a, b) => a - b)
}

/** The most of them that come back within one second. */
function crowd(delays: number[]): number {
  return Math.max(...delays.map((start) => delays.filter((delay) => delay >= start && delay < start + 1_000).length))
}

describe('the first reconnect of a thousand clients', () => {
  it.each([
    ['that a server which goes told', 1001, 0],
    ['whose old connections were cut without a word', 1006, DAY],
    ['whose connections of a minute were', 1006, 60_000],
  ])('%s is spread over five to ten seconds', (_whose, code, age) => {
    const delays = returns(code, age)
    expect(delays.at(-1)).toBeGreaterThan(4_900)
    expect(delays.at(-1)).toBeLessThan(10_000)
    expect(crowd(delays)).toBeLessThan(210)
  })

  it.each([
    ['whose young connections were cut', 1006, 59_000],
    ['who never got one', 1006, 0],
    ['who gave it up themselves', 0, DAY],
  ])('%s happens at once: each failed by itself', (_whose, code, age) => {
    expect(returns(code, age).at(-1)).toBeLessThan(500)
  })
})

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AppError } from '#shared/errors'
import { resetLimit, useLimit } from '../../../server/auth/rateLimit'
import { createFrameLimit } from '../../../server/socket/frameLimit'

async function refusalOf(attempt: Promise<void>): Promise<AppError | null> {
  return attempt.then(
    () => null,
    (error: unknown) => error as AppError,
  )
}

describe('a rate limit', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('refuses past its count, says how long to wait, and allows again after that', async () => {
    for (let count = 0; count < 10; count++) expect(await refusalOf(useLimit('loginFailure', 'a'))).toBeNull()
    const refusal = await refusalOf(useLimit('loginFailure', 'a'))
    expect(refusal).toBeInstanceOf(AppError)
    expect(refusal!.code).toBe('RATE_LIMITED')
    expect(refusal!.retryAfter).toBeGreaterThan(0)
    expect(refusal!.retryAfter).toBeLessThanOrEqual(300)
    vi.advanceTimersByTime(refusal!.retryAfter! * 1000)
    expect(await refusalOf(useLimit('loginFailure', 'a'))).toBeNull()
  })

  it('is separate for each key and each action', async () => {
    for (let count = 0; count < 11; count++) await refusalOf(useLimit('loginFailure', 'b'))
    expect(await refusalOf(useLimit('loginFailure', 'c'))).toBeNull()
    expect(await refusalOf(useLimit('passwordFailure', 'b'))).toBeNull()
  })

  it('forgets after a success', async () => {
    for (let count = 0; count < 10; count++) await useLimit('loginFailure', 'd')
    expect((await refusalOf(useLimit('loginFailure', 'd')))?.code).toBe('RATE_LIMITED')
    await resetLimit('loginFailure', 'd')
    expect(await refusalOf(useLimit('loginFailure', 'd'))).toBeNull()
  })
})

describe('the frame limit of a socket', () => {
  it('allows a burst, then as many as have been refilled', () => {
    let time = 0
    const allowed = createFrameLimit(() => time)
    const count = (frames: number) => Array.from({ length: frames }, allowed).filter(Boolean).length
    expect(count(1_000)).toBe(500)
    time += 1_000
    expect(count(1_000)).toBe(100)
    time += 3_600_000
    expect(count(1_000)).toBe(500)
  })

  it('never stops a steady hundred a second', () => {
    let time = 0
    const allowed = createFrameLimit(() => time)
    for (let frame = 0; frame < 5_000; frame++) {
      expect(allowed()).toBe(true)
      time += 10
    }
  })
})

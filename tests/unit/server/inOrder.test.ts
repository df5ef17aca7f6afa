import { beforeEach, expect, it, vi } from 'vitest'
import { AppError } from '#shared/errors'
import { inOrder } from '../../../server/services/conversations/inOrder'
import { requireActiveMember } from '../../../server/services/conversations/membership'

vi.mock('../../../server/services/conversations/membership', () => ({
  requireActiveMember: vi.fn<() => Promise<object>>(),
}))

const members = new Set(['ann', 'bob'])
beforeEach(() => {
  vi.mocked(requireActiveMember).mockImplementation(async (_id, userId) => {
    if (!members.has(userId)) throw new AppError('NOT_FOUND')
    return {} as never
  })
})

/** A change in the queue that lasts until the test ends it. */
function long(id: string, userId: string): { end: () => void; done: Promise<void> } {
  let end = () => {}
  const done = inOrder(id, userId, () => new Promise<void>((resolve) => (end = resolve)))
  return { end: () => end(), done }
}

it('a person who is no member is refused at once, and does not wait in the queue', async () => {
  const first = long('chat', 'ann')
  const change = vi.fn<() => Promise<void>>()
  const outsiders = await Promise.allSettled(Array.from({ length: 500 }, () => inOrder('chat', 'stranger', change)))
  expect(outsiders.every((outcome) => outcome.status === 'rejected' && outcome.reason.code === 'NOT_FOUND')).toBe(true)
  const next = inOrder('chat', 'bob', async () => 'done')
  first.end()
  expect(await next).toBe('done')
  expect(change).not.toHaveBeenCalled()
})

it('a member has a bounded number of waiting messages, and others do not wait behind them for ever', async () => {
  const first = long('busy', 'ann')
  await vi.waitFor(() => expect(requireActiveMember).toHaveBeenCalled())
  const many = Promise.allSettled(Array.from({ length: 300 }, () => inOrder('busy', 'ann', async () => {})))
  const bob = inOrder('busy', 'bob', async () => 'bob’s turn')
  await new Promise((resolve) => setImmediate(resolve))
  first.end()
  const outcomes = await many
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  expect(refused.length).toBe(300 - 99)
  expect(refused[0]).toMatchObject({ reason: { code: 'RATE_LIMITED', retryAfter: 1 } })
  expect(await bob).toBe('bob’s turn')
  // What was waiting waits no more.
  await inOrder('busy', 'ann', async () => {})
})

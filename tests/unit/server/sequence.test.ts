import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FanoutMessage } from '../../../server/realtime/fanout/types'
import { Sequence } from '../../../server/realtime/sequence'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const CHAT = 'chat'
const step = (rev: number, conversationId = CHAT): FanoutMessage => ({
  kind: 'event',
  to: { conversationId },
  event: `${rev}`,
  step: { conversationId, rev },
})
const typing: FanoutMessage = { kind: 'event', to: { conversationId: CHAT }, event: 'typing' }
const left: FanoutMessage = { kind: 'left', conversationId: CHAT, userIds: ['ann'] }

function sequence() {
  const passed: string[] = []
  const { take } = new Sequence((message) => void passed.push(message.kind === 'event' ? message.event : message.kind))
  return {
    passed,
    takeAll: (...messages: FanoutMessage[]) => Promise.all(messages.map((message) => take(message))),
    take,
  }
}

describe('the events of a conversation', () => {
  it('pass at once if each follows the previous one', () => {
    const { passed, takeAll } = sequence()
    void takeAll(step(1), step(2), typing, step(3), step(1, 'other'))
    expect(passed).toEqual(['1', '2', 'typing', '3', '1'])
  })

  it('wait a moment if nothing of the conversation was received yet', async () => {
    const { passed, takeAll } = sequence()
    const done = takeAll(step(8), typing, step(7), step(9))
    expect(passed).toEqual([])
    await vi.advanceTimersByTimeAsync(50)
    await done
    expect(passed).toEqual(['7', '8', 'typing', '9'])
    void takeAll(step(10))
    expect(passed.at(-1)).toBe('10')
  })

  it('wait for a missing one, and pass in order when it arrives', async () => {
    const { passed, takeAll } = sequence()
    const done = takeAll(step(1), step(3), step(5), typing, step(4), step(1, 'other'))
    expect(passed).toEqual(['1', '1'])
    await takeAll(step(2))
    await done
    expect(passed).toEqual(['1', '1', '2', '3', '4', '5', 'typing'])
    await takeAll(step(6))
    expect(passed.at(-1)).toBe('6')
  })

  it('do not wait for long', async () => {
    const { passed, takeAll } = sequence()
    const done = takeAll(step(1), step(5), step(3), typing)
    await vi.advanceTimersByTimeAsync(1_000)
    await done
    expect(passed).toEqual(['1', '3', '5', 'typing'])
    // What was missing comes after all: late, and not lost.
    void takeAll(step(2), step(6))
    expect(passed.slice(4)).toEqual(['2', '6'])
  })

  it('never wait across a change of their recipients', async () => {
    const { passed, takeAll } = sequence()
    const done = takeAll(step(1), step(4), step(3), left, step(2), step(5))
    expect(passed).toEqual(['1', '3', '4', 'left', '2', '5'])
    await done
  })

  it('pass in order whatever the order of their arrival', async () => {
    for (let round = 0; round < 200; round++) {
      const { passed, takeAll } = sequence()
      const rest = Array.from({ length: 8 }, (_, index) => index + 2)
      const shuffled = rest.map((rev) => ({ rev, key: Math.random() })).sort((a, b) => a.key - b.key)
      await takeAll(step(1), ...shuffled.map(({ rev }) => step(rev)))
      expect(passed).toEqual(['1', ...rest.map(String)])
    }
  })
})

it('a failure of one does not affect the others', async () => {
  const passed: string[] = []
  const { take } = new Sequence(async (message) => {
    if (message.kind === 'event' && message.event === '2') throw new Error('this one fails')
    passed.push(message.kind === 'event' ? message.event : message.kind)
  })
  const done = Promise.all([take(step(1)), take(step(3)), Promise.resolve(take(step(2))).catch(() => {})])
  await done
  expect(passed).toEqual(['1', '3'])
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FanoutMessage } from '../../server/realtime/fanout/types'
import { drivers, startValkey, type TestValkey } from './support/fanouts'

let valkey: TestValkey
beforeAll(async () => {
  valkey = await startValkey()
})
afterAll(() => valkey.kill())

const event = (text: string): FanoutMessage => ({ kind: 'event', to: { conversationId: 'chat' }, event: text })
const textOf = (message: FanoutMessage) => (message.kind === 'event' ? message.event : message.kind)

describe.each(drivers(() => valkey))('the fan-out: $name', ({ pair }) => {
  it.each<[string, FanoutMessage]>([
    [
      'an event of a conversation',
      { kind: 'event', to: { conversationId: 'chat' }, event: '{"type":"typing"}', except: 'ann' },
    ],
    ['an event for people', { kind: 'event', to: { userIds: ['ann', 'bob'] }, event: '{}' }],
    ['a text in any script, of several lines', event('Xin chào 👋🏽\n{"task":"x"}\r\n\u2028\u0000 مرحبا')],
    ['a text without a letter', event('')],
    ['a text of a megabyte', event('é'.repeat(500_000))],
    ['a join', { kind: 'joined', conversationId: 'chat', userIds: ['ann'] }],
    ['a removal', { kind: 'left', conversationId: 'chat', userIds: ['ann', 'bob'] }],
    ['ended sessions', { kind: 'sessionsEnded', sessionIds: ['one', 'two'] }],
    ['someone who went', { kind: 'presence', userId: 'ann', online: false, lastSeenAt: '2026-11-22T00:00:00.000Z' }],
    ['that something was missed', { kind: 'missed' }],
  ])('carries %s to every task as it is, the own one included', async (_what, message) => {
    const [one, other] = await pair()
    expect([one.fanout.isCutOff, other.fanout.isCutOff]).toEqual([false, false])
    await one.fanout.publish(message)
    expect(one.received).toEqual([message])
    await other.until(({ length }) => length === 1)
    expect(other.received).toEqual([message])
  })

  it('has the same order for all, and keeps the order of each publisher', async () => {
    const [one, other] = await pair()
    const count = 500
    const published = [one, other].flatMap((task, who) =>
      Array.from({ length: count }, (_, index) => task.fanout.publish(event(`${who} ${index}`))),
    )
    await Promise.all(published)
    await Promise.all([one, other].map(({ until }) => until(({ length }) => length === 2 * count)))
    expect(one.received).toEqual(other.received)
    for (const who of ['0', '1']) {
      const own = one.received.map(textOf).filter((text) => text.startsWith(who))
      expect(own).toEqual(Array.from({ length: count }, (_, index) => `${who} ${index}`))
    }
  })

  it('delivers what is published after an acknowledged publish later, on every task', async () => {
    const [one, other] = await pair()
    for (let round = 0; round < 50; round++) {
      await one.fanout.publish({ kind: 'left', conversationId: 'chat', userIds: ['ann'] })
      await other.fanout.publish(event('after'))
    }
    await one.until(({ length }) => length === 100)
    for (const { received } of [one, other]) {
      expect(received.map(textOf)).toEqual(Array.from({ length: 100 }, (_, index) => (index % 2 ? 'after' : 'left')))
    }
  })

  it('resolves when the listeners of this task are done, and waits for no other task', async () => {
    const [one, other] = await pair()
    let finish!: () => void
    const finished = new Promise<void>((resolve) => (finish = resolve))
    one.fanout.subscribe((message) => (textOf(message) === 'slow' ? finished : undefined))
    const order: string[] = []
    const slow = one.fanout.publish(event('slow')).then(() => order.push('slow'))
    await one.fanout.publish(event('quick')).then(() => order.push('quick'))
    finish()
    await slow
    expect(order).toEqual(['quick', 'slow'])
    await other.until(({ length }) => length === 2)
  })

  it('continues when a listener fails', async () => {
    const [one] = await pair()
    one.fanout.subscribe(() => {
      throw new Error('this listener is broken')
    })
    one.fanout.subscribe(() => Promise.reject(new Error('so is this one')))
    await one.fanout.publish(event('first'))
    await one.fanout.publish(event('second'))
    expect(one.received.map(textOf)).toEqual(['first', 'second'])
  })

  it('delivers nothing when it is closed', async () => {
    const [one, other] = await pair()
    await one.fanout.close()
    await one.fanout.publish(event('late'))
    expect([one.received, other.received]).toEqual([[], []])
  })
})

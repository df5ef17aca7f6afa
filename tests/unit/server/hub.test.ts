import { describe, expect, it } from 'vitest'
import { CLOSE } from '#shared/protocol/server'
import { Hub, type Connection } from '../../../server/realtime/hub'

class FakeConnection implements Connection {
  readonly received: string[] = []
  readonly frames: Buffer[] = []
  closedWith: number | undefined

  constructor(
    readonly userId: string,
    readonly sessionId = `session of ${userId}`,
  ) {}

  send(frame: Buffer): void {
    this.frames.push(frame)
    this.received.push(frame.subarray(2).toString())
  }

  close(code: number): void {
    this.closedWith = code
  }
}

/** A list of conversations that arrives when the test says so. */
function slowList() {
  let arrive!: (ids: string[]) => void
  let fail!: (error: Error) => void
  const list = new Promise<string[]>((resolve, reject) => {
    arrive = resolve
    fail = reject
  })
  return { load: () => list, arrive, fail }
}

const event = (name: string, conversationId: string, except?: string) =>
  ({ kind: 'event', to: { conversationId }, event: name, except }) as const

async function attached(hub: Hub, userId: string, ...conversationIds: string[]) {
  const connection = new FakeConnection(userId)
  await hub.attach(connection, async () => conversationIds)
  return connection
}

describe('who gets an event', () => {
  it('every connection of every member, the same bytes, and nobody else', async () => {
    const hub = new Hub()
    const [ann, annAgain, bob, eve] = [
      await attached(hub, 'ann', 'chat'),
      await attached(hub, 'ann', 'never asked twice'),
      await attached(hub, 'bob', 'chat', 'other'),
      await attached(hub, 'eve', 'other'),
    ]
    hub.apply(event('one', 'chat'))
    expect([ann, annAgain, bob, eve].map(({ received }) => received)).toEqual([['one'], ['one'], ['one'], []])
    expect(ann.frames[0]).toBe(bob.frames[0])
  })

  it('is everyone but the excluded connection, and people by id', async () => {
    const hub = new Hub()
    const [ann, bob] = [await attached(hub, 'ann', 'chat'), await attached(hub, 'bob', 'chat')]
    hub.apply(event('typing', 'chat', 'ann'))
    hub.apply({ kind: 'event', to: { userIds: ['ann', 'nobody'] }, event: 'for ann' })
    expect([ann.received, bob.received]).toEqual([['for ann'], ['typing']])
  })

  it('depends on what was published before it: a join first, then its events', async () => {
    const hub = new Hub()
    const ann = await attached(hub, 'ann')
    hub.apply(event('before', 'chat'))
    hub.apply({ kind: 'joined', conversationId: 'chat', userIds: ['ann', 'offline'] })
    hub.apply(event('after', 'chat'))
    expect(ann.received).toEqual(['after'])
  })
})

describe('while the list of conversations loads', () => {
  it('a join that is published is not lost, whichever of the two is first', async () => {
    const hub = new Hub()
    const ann = new FakeConnection('ann')
    const { load, arrive } = slowList()
    const ready = hub.attach(ann, load)
    hub.apply({ kind: 'joined', conversationId: 'new', userIds: ['ann'] })
    hub.apply(event('early', 'new'))
    arrive(['old'])
    await ready
    hub.apply(event('late', 'new'))
    hub.apply(event('of the old one', 'old'))
    expect(ann.received).toEqual(['early', 'late', 'of the old one'])
  })

  it('a second connection of the same person waits for the same list', async () => {
    const hub = new Hub()
    const { load, arrive } = slowList()
    const [one, other] = [new FakeConnection('ann'), new FakeConnection('ann')]
    const ready = Promise.all([hub.attach(one, load), hub.attach(other, async () => [])])
    arrive(['chat'])
    await ready
    hub.apply(event('hi', 'chat'))
    expect([one.received, other.received]).toEqual([['hi'], ['hi']])
  })

  it('a person who leaves is not brought back by it', async () => {
    const hub = new Hub()
    const ann = new FakeConnection('ann')
    const { load, arrive } = slowList()
    const ready = hub.attach(ann, load)
    hub.detach(ann)
    arrive(['chat'])
    await ready
    hub.apply(event('hi', 'chat'))
    expect(ann.received).toEqual([])
    expect(hub.userIds()).toEqual([])
  })

  it('a person who leaves and comes back gets the list of the second time', async () => {
    const hub = new Hub()
    const first = new FakeConnection('ann')
    const { load, arrive } = slowList()
    const left = hub.attach(first, load)
    hub.detach(first)
    const again = await attached(hub, 'ann', 'new')
    arrive(['old'])
    await left
    hub.apply(event('of the old one', 'old'))
    hub.apply(event('of the new one', 'new'))
    expect([first.received, again.received]).toEqual([[], ['of the new one']])
  })

  it('a list that fails leaves nothing behind', async () => {
    const hub = new Hub()
    const { load, fail } = slowList()
    const both = [new FakeConnection('ann'), new FakeConnection('ann')]
    const ready = Promise.allSettled(both.map((connection) => hub.attach(connection, load)))
    fail(new Error('the database is away'))
    expect((await ready).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(hub.userIds()).toEqual([])
    const later = await attached(hub, 'ann', 'chat')
    hub.apply(event('hi', 'chat'))
    expect(later.received).toEqual(['hi'])
  })
})

describe('connections', () => {
  it('of an ended session are closed, others stay', async () => {
    const hub = new Hub()
    const [one, other] = [new FakeConnection('ann', 'phone'), new FakeConnection('ann', 'laptop')]
    for (const connection of [one, other]) await hub.attach(connection, async () => [])
    hub.apply({ kind: 'sessionsEnded', sessionIds: ['phone', 'unknown'] })
    expect([one.closedWith, other.closedWith]).toEqual([CLOSE.sessionEnded, undefined])
  })

  it('make a person present from the first to the last of them', async () => {
    const told: [string, boolean][] = []
    const hub = new Hub((userId, online) => told.push([userId, online]))
    const [one, other] = [await attached(hub, 'ann'), await attached(hub, 'ann')]
    expect(hub.connectionsOf('ann')).toEqual([one, other])
    hub.detach(one)
    hub.detach(one)
    expect(hub.userIds()).toEqual(['ann'])
    hub.detach(other)
    expect(told).toEqual([
      ['ann', true],
      ['ann', false],
    ])
    expect(hub.connectionsOf('ann')).toEqual([])
  })
})

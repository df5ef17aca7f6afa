import { onTestFinished, expect, it } from 'vitest'
import { CLOSE } from '#shared/protocol/server'
import type { FanoutMessage } from '../../server/realtime/fanout/types'
import { Hub, type Connection } from '../../server/realtime/hub'
import { noLeases } from '../../server/realtime/leases'
import { Presence } from '../../server/realtime/presence'
import { createReceiver } from '../../server/realtime/receiver'
import { createValkey } from '../../server/valkey'
import { SETTLE_MS, startValkey, valkeyTask, type Task } from './support/fanouts'

async function ownValkey() {
  const valkey = await startValkey()
  onTestFinished(() => valkey.kill())
  return valkey
}

const event = (text: string): FanoutMessage => ({ kind: 'event', to: { conversationId: 'chat' }, event: text })
const textOf = (message: FanoutMessage) => (message.kind === 'event' ? message.event : message.kind)
const texts = ({ received }: Task) => received.map(textOf)

/** Resolves when a task has noticed that it is cut off, or no more. */
async function untilCutOff({ fanout }: Task, isCutOff: boolean): Promise<void> {
  while (fanout.isCutOff !== isCutOff) await new Promise((resolve) => setTimeout(resolve, 10))
}

it('a Valkey that dies loses nothing on this task, and its return is announced', async () => {
  const valkey = await ownValkey()
  const [one, other] = [await valkeyTask(valkey.url), await valkeyTask(valkey.url)]
  await one.fanout.publish(event('before'))
  await other.until(({ length }) => length === 1)

  // Without a turn of the event loop in between: these are under way when the connection ends.
  const killed = valkey.kill()
  const underWay = ['1', '2', '3'].map((text) => one.fanout.publish(event(text)))
  await Promise.all([killed, ...underWay])
  await Promise.all([untilCutOff(one, true), untilCutOff(other, true)])
  for (const text of ['4', '5']) await one.fanout.publish(event(text))
  expect(texts(one)).toEqual(['before', '1', '2', '3', '4', '5'])

  await valkey.start()
  await Promise.all([untilCutOff(one, false), untilCutOff(other, false)])
  // Each was cut off, so each announces it. A task that is back later may miss the other's announcement, and makes its own.
  for (const task of [one, other]) await task.until((received) => received.some(({ kind }) => kind === 'missed'))
  await one.fanout.publish(event('after'))
  await other.until((received) => textOf(received.at(-1)!) === 'after')
  expect(texts(one).filter((text) => text !== 'missed')).toEqual(['before', '1', '2', '3', '4', '5', 'after'])
})

it('a Valkey that stops answering is noticed, and nothing waits for ever', async () => {
  const valkey = await ownValkey()
  const [one, other] = [await valkeyTask(valkey.url), await valkeyTask(valkey.url)]
  valkey.pause()
  await Promise.all(['1', '2'].map((text) => one.fanout.publish(event(text))))
  expect(texts(one)).toEqual(['1', '2'])
  expect(one.fanout.isCutOff).toBe(true)
  // The other published nothing: its own sign of life tells it.
  await untilCutOff(other, true)
  valkey.resume()
  await Promise.all([untilCutOff(one, false), untilCutOff(other, false)])
  await one.fanout.publish(event('3'))
  await other.until((received) => textOf(received.at(-1)!) === '3')
  // What Valkey had taken before it stopped may come late to the other, but never twice to anyone.
  for (const task of [one, other]) {
    const events = texts(task).filter((text) => text !== 'missed')
    expect(events).toEqual([...new Set(events)])
  }
})

it('a Valkey that is not running at the start delays nobody, and is found later', async () => {
  const valkey = await ownValkey()
  await valkey.kill()
  const task = await valkeyTask(valkey.url)
  expect(task.fanout.isCutOff).toBe(true)
  await task.fanout.publish(event('alone'))
  await valkey.start()
  await task.until((received) => received.at(-1)?.kind === 'missed')
  expect(texts(task)).toEqual(['alone', 'missed'])
})

it('a wrong password leaves a task on its own', async () => {
  const valkey = await ownValkey()
  const task = await valkeyTask(valkey.url.replace(/:[^:@]+@/, ':wrong@'))
  expect(task.fanout.isCutOff).toBe(true)
  await task.fanout.publish(event('alone'))
  expect(texts(task)).toEqual(['alone'])
})

it('a message of another version is ignored', async () => {
  const valkey = await ownValkey()
  const task = await valkeyTask(valkey.url)
  const stranger = createValkey(valkey.url)
  onTestFinished(() => stranger.destroy())
  await stranger.connect()
  const strange = [
    '',
    'nonsense',
    '{}',
    '{"task":"x","number":1,"message":{"kind":"event","to":{}}}',
    '{"task":"x","number":1,"message":{"kind":"newer"}}',
  ]
  for (const text of strange) await stranger.publish('webchat', text)
  await task.fanout.publish(event('goes on'))
  expect(texts(task)).toEqual(['goes on'])
})

/** A task with its tables: one connection, in the conversations that the database says. */
async function taskWithTables(url: string, database: { members: Set<string>; ended: Set<string> }, userId: string) {
  const task = await valkeyTask(url)
  const hub = new Hub()
  const presence = new Presence({ leases: noLeases, announce: () => {}, onDeparture: async () => {} })
  onTestFinished(() => presence.close())
  const source = {
    conversationIdsOf: async (id: string) => (database.members.has(id) ? ['chat'] : []),
    membersAmong: async (_id: string, userIds: string[]) => userIds.filter((id) => database.members.has(id)),
    forgetAllSessions: () => {},
    isSessionAlive: async (id: string) => !database.ended.has(id),
  }
  task.fanout.subscribe(createReceiver({ hub, presence, fanout: task.fanout, source, settle: SETTLE_MS }))
  const frames: string[] = []
  let closed!: (code: number) => void
  const closedWith = new Promise<number>((resolve) => (closed = resolve))
  const connection: Connection = {
    userId,
    sessionId: `session of ${userId}`,
    send: (frame) => void frames.push(frame.subarray(2).toString()),
    close: (code) => {
      closed(code)
      hub.detach(connection)
    },
  }
  await hub.attach(connection, () => source.conversationIdsOf(userId))
  return { ...task, frames, closedWith }
}

const RESYNC = '{"type":"resync","data":{}}'

it('tasks that are disconnected from each other deliver nothing to people who were removed on another one', async () => {
  const valkey = await ownValkey()
  const database = { members: new Set(['ann', 'bob']), ended: new Set<string>() }
  const [anns, bobs] = [
    await taskWithTables(valkey.url, database, 'ann'),
    await taskWithTables(valkey.url, database, 'bob'),
  ]
  await anns.fanout.publish(event('both'))
  await bobs.until(({ length }) => length === 1)
  await valkey.kill()
  await Promise.all([untilCutOff(anns, true), untilCutOff(bobs, true)])

  // Removed on ann's task; a message of somebody else's is sent on bob's.
  database.members.delete('bob')
  await anns.fanout.publish({ kind: 'left', conversationId: 'chat', userIds: ['bob'] })
  await Promise.all(['1', '2'].map((text) => bobs.fanout.publish(event(text))))
  expect(bobs.frames).toEqual(['both'])
  await Promise.all(['1', '2', '3'].map((text) => anns.fanout.publish(event(text))))
  expect(anns.frames).toEqual(['both', '1', '2', '3'])

  await valkey.start()
  for (const { frames } of [anns, bobs]) await untilFrame(frames)
  // The tables are right again, also for those who came back meanwhile.
  await anns.fanout.publish(event('after'))
  await bobs.until((received) => textOf(received.at(-1)!) === 'after')
  expect([anns.frames.at(-1), bobs.frames.at(-1)]).toEqual(['after', RESYNC])
})

it('joins and ended sessions of a disconnected time are made up for', async () => {
  const valkey = await ownValkey()
  const database = { members: new Set(['ann']), ended: new Set<string>() }
  const [anns, bobs] = [
    await taskWithTables(valkey.url, database, 'ann'),
    await taskWithTables(valkey.url, database, 'bob'),
  ]
  const eves = await taskWithTables(valkey.url, database, 'eve')
  await valkey.kill()
  await Promise.all([anns, bobs, eves].map((task) => untilCutOff(task, true)))
  database.members.add('bob')
  database.ended.add('session of eve')
  await anns.fanout.publish({ kind: 'joined', conversationId: 'chat', userIds: ['bob'] })
  await anns.fanout.publish({ kind: 'sessionsEnded', sessionIds: ['session of eve'] })
  await valkey.start()
  await Promise.all([untilFrame(anns.frames), untilFrame(bobs.frames)])
  expect(await eves.closedWith).toBe(CLOSE.sessionEnded)
  await anns.fanout.publish(event('after'))
  await bobs.until((received) => textOf(received.at(-1)!) === 'after')
  expect(bobs.frames.filter((frame) => frame !== RESYNC)).toEqual(['after'])
  expect(eves.frames).toEqual([])
})

async function untilFrame(frames: string[]): Promise<void> {
  while (!frames.includes(RESYNC)) await new Promise((resolve) => setTimeout(resolve, 10))
}

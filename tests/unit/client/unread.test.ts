import * as fc from 'fast-check'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { totalUnread } from '#shared/domain/attention'
import { Unread } from '~/client/history/unread'
import { Browser, openTab, pass, settle, useFakeTime } from './browserOfTests'
import { ANN, BOB, FakeServer, type Talk } from './fakeServer'

const step = fc.record({
  kind: fc.constantFrom(
    'bob says',
    'bob mentions',
    'edit',
    'ann says elsewhere',
    'notice',
    'delete',
    'ann reads',
    'ann reads elsewhere',
    'event',
    'event twice',
  ),
  at: fc.nat({ max: 1_000 }),
})

let server: FakeServer
beforeEach(() => {
  useFakeTime()
  server = new FakeServer()
  return () => void vi.useRealTimers()
})

const unreadOf = (talk: Talk) => server.view(talk, ANN.id).me.unread

describe('unread messages', () => {
  it('are those that can be read: a deletion subtracts one in every tab, system messages never count', async () => {
    const talk = server.talk(undefined, 3)
    const tabs = [await openTab(new Browser(server)).start(), await openTab(new Browser(server)).start()]
    const counts = () => tabs.map((tab) => tab.conversations.byId[talk.id]!.me.unread)
    expect(counts()).toEqual([3, 3])
    server.notice(talk, BOB.id)
    await settle()
    expect(counts()).toEqual([3, 3])
    server.delete(talk, 2)
    await settle()
    expect(counts()).toEqual([2, 2])
    const message = server.say(talk, BOB.id, 'gone in a moment')
    await settle()
    expect(counts()).toEqual([3, 3])
    server.delete(talk, message.seq)
    await settle()
    expect(counts()).toEqual([2, 2])
    expect(totalUnread(Object.values(tabs[0]!.conversations.byId), 0)).toBe(2)
  })

  it('are what the server counts after any sequence of events, in any order of arrival', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 30, size: 'max' }),
        fc.nat({ max: 8 }),
        async (script, readAtFirst) => {
          useFakeTime()
          server = new FakeServer()
          const talk = server.talk(undefined, 8)
          server.read(talk, ANN.id, readAtFirst)
          server.delete(talk, 7)
          const tab = await openTab(new Browser(server)).start()
          const underWay: (() => void)[] = []
          server.onEvent = (deliver) => underWay.push(deliver)
          for (const { kind, at } of script) {
            const pick = at % Math.max(1, underWay.length)
            if (kind === 'bob says') server.say(talk, BOB.id, 'b')
            if (kind === 'bob mentions') server.say(talk, BOB.id, 'hello @ann')
            if (kind === 'edit') server.edit(talk, 1 + (at % talk.seq), at % 3 === 0 ? 'now @ann' : 'not any more')
            if (kind === 'ann says elsewhere') server.say(talk, ANN.id, 'a', `elsewhere-${at}-${talk.seq}`)
            if (kind === 'notice') server.notice(talk, BOB.id)
            if (kind === 'delete') server.delete(talk, 1 + (at % talk.seq))
            if (kind === 'ann reads') tab.conversations.markRead(talk.id, at % (talk.seq + 1))
            if (kind === 'ann reads elsewhere') server.read(talk, ANN.id, at % (talk.seq + 1))
            if (kind.startsWith('event')) underWay[pick]?.()
            if (kind === 'event') underWay.splice(pick, 1)
            await settle()
          }
          server.onEvent = (deliver) => deliver()
          for (const deliver of underWay) deliver()
          await pass(3_000)
          const { me } = tab.conversations.byId[talk.id]!
          const { mentions, mentionSeqs } = server.view(talk, ANN.id).me
          expect({
            unread: me.unread,
            mentions: me.mentions,
            mentionSeqs: me.mentionSeqs,
            read: me.lastReadSeq,
          }).toEqual({
            unread: unreadOf(talk),
            mentions,
            mentionSeqs,
            read: talk.read[ANN.id] ?? 0,
          })
          tab.close()
          vi.useRealTimers()
        },
      ),
      { numRuns: 100 },
    )
  })

  it('are requested again if reading elsewhere makes them uncertain', async () => {
    const talk = server.talk(undefined, 8)
    for (const seq of [1, 2, 7]) server.delete(talk, seq)
    const tab = await openTab(new Browser(server)).start()
    expect(tab.conversations.byId[talk.id]!.me.unread).toBe(5)
    server.read(talk, ANN.id, 4)
    await pass(3_000)
    expect(tab.conversations.byId[talk.id]!.me.unread).toBe(unreadOf(talk))
    expect(unreadOf(talk)).toBe(3)
  })
})

describe('an answer that is older than events', () => {
  it('does not undo them', () => {
    const talk = server.talk(undefined, 3)
    const unread = new Unread()
    const before = server.view(talk, ANN.id)
    unread.tell(before)
    server.delete(talk, 1)
    unread.note(talk.messages[0]!, ANN.id)
    unread.note(server.say(talk, BOB.id, 'new'), ANN.id)
    expect(unread.count(talk.id, 4)).toBe(3)
    unread.tell(before)
    expect(unread.count(talk.id, 4)).toBe(3)
    unread.tell(server.view(talk, ANN.id))
    expect(unread.count(talk.id, 4)).toBe(3)
  })
})

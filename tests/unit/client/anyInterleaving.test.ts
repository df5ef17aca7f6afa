import * as fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import { replyKey } from '~/client/storage/drafts'
import { Browser, openTab, pass, settle, useFakeTime } from './browserOfTests'
import { ANN, BOB, FakeServer } from './fakeServer'

const step = fc.record({
  kind: fc.constantFrom(
    'bob says',
    'ann says elsewhere',
    'ann sends',
    'edit',
    'delete',
    'react',
    'pin',
    'notice',
    'ann reads',
    'ann reads elsewhere',
    'list',
    'list elsewhere',
    'ann types',
    'ann types elsewhere',
    'ann answers',
    'schedule elsewhere',
    'event',
    'event twice',
    'lose',
    'drop',
    'wait',
  ),
  at: fc.nat({ max: 1_000 }),
})

/** What people do with a chat in their list. */
const LIST_CHANGES = [
  { pinned: true },
  { pinned: false },
  { archived: true },
  { archived: false },
  { markedUnread: true },
  { markedUnread: false },
  { notify: 'mentions' },
  { mutedUntil: '2026-12-01T00:00:00.000Z' },
  { mutedUntil: null },
] as const

it('a tab shows after any interleaving what a new tab shows', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40, size: 'max' }),
      fc.nat({ max: 8 }),
      async (script, readAtFirst) => {
        useFakeTime()
        const server = new FakeServer()
        const talk = server.talk(undefined, 8)
        server.read(talk, ANN.id, readAtFirst)
        const browser = new Browser(server)
        const tab = await openTab(browser).start()
        await tab.messages.openConversation(talk.id)
        let underWay: (() => void)[] = []
        server.onEvent = (deliver) => underWay.push(deliver)
        let expected = talk.seq

        for (const { kind, at } of script) {
          const pick = at % Math.max(1, underWay.length)
          if (kind === 'bob says') server.say(talk, BOB.id, 'b')
          if (kind === 'ann says elsewhere') server.say(talk, ANN.id, 'a', `elsewhere-${at}-${talk.seq}`)
          if (kind === 'ann sends') tab.messages.send(talk.id, 'mine')
          if (kind.includes('say') || kind === 'ann sends' || kind === 'notice') expected++
          if (kind === 'edit') server.edit(talk, 1 + (at % talk.seq), `e${at}`)
          if (kind === 'delete') server.delete(talk, 1 + (at % talk.seq))
          if (kind === 'react') server.react(talk, 1 + (at % talk.seq), at % 2 ? ANN.id : BOB.id, at % 3 ? '👍' : '🎉')
          if (kind === 'pin') server.pin(talk, 1 + (at % talk.seq))
          if (kind === 'notice') server.notice(talk, at % 2 ? ANN.id : BOB.id)
          if (kind === 'ann reads') tab.conversations.markRead(talk.id, at % (talk.seq + 1))
          if (kind === 'ann reads elsewhere') server.read(talk, ANN.id, at % (talk.seq + 1))
          const mine = LIST_CHANGES[at % LIST_CHANGES.length]!
          if (kind === 'list') void tab.conversations.changeMine(talk.id, mine)
          if (kind === 'list elsewhere') server.changeMine(talk, mine)
          if (kind === 'ann types') tab.drafts.write(talk.id, at % 4 ? `here ${at}` : '')
          if (kind === 'ann types elsewhere')
            server.saveDraft(talk, at % 4 ? `there ${at}` : '', at % 3 ? null : talk.messages[0]!.id)
          if (kind === 'ann answers') tab.drafts.writeReply(talk.id, at % 3 ? talk.messages[at % talk.seq]!.id : '')
          if (kind === 'schedule elsewhere') server.schedule(talk, `later ${at % 3}`)
          if (kind.startsWith('event')) underWay[pick]?.()
          if (kind === 'event' || kind === 'lose') underWay.splice(pick, 1)
          if (kind === 'drop') server.dropSockets()
          if (kind === 'wait') await pass(400)
          await settle()
          const seqs = tab.messages.history(talk.id)!.messages.map(({ seq }) => seq)
          expect(seqs).toEqual(seqs.map((_, place) => seqs[0]! + place))
        }
        server.dropSockets()
        underWay = []
        server.onEvent = (deliver) => deliver()
        await pass(3_000)
        // As the page does when the connection is back.
        await tab.scheduled.load()

        expect(talk.seq).toBe(expected)
        expect(tab.messages.history(talk.id)!.messages).toEqual(talk.messages)
        expect(tab.bubbles(talk.id)).toEqual([])
        expect(tab.conversations.byId[talk.id]).toEqual(server.view(talk, ANN.id))
        const key = tab.drafts.keyOf(talk.id)!
        const draft = [key, replyKey(key)].map((part) => tab.drafts.textOf(part).value)
        expect(draft).toEqual([talk.draft?.text ?? '', talk.draft?.replyToId ?? ''])
        expect(
          tab.scheduled
            .of(talk.id)
            .map(({ id }) => id)
            .toSorted(),
        ).toEqual([...server.scheduled.keys()].toSorted())
        tab.close()
        vi.useRealTimers()
      },
    ),
    { numRuns: 200 },
  )
})

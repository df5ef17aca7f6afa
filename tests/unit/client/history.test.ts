import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Message } from '#shared/schemas/message'
import { History } from '~/client/history/history'
import { BOB, FakeServer } from './fakeServer'

type Step =
  | { kind: 'say' }
  | { kind: 'edit'; at: number }
  /** An event on its way arrives (again), in whatever order. */
  | { kind: 'deliver'; at: number }
  | { kind: 'lose'; at: number }
  | { kind: 'ask older' }
  | { kind: 'ask newest' }
  | { kind: 'answer' }
  | { kind: 'sync' }

const index = fc.nat({ max: 30 })
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant<Step>({ kind: 'say' }) },
    { weight: 2, arbitrary: index.map<Step>((at) => ({ kind: 'edit', at })) },
    { weight: 8, arbitrary: index.map<Step>((at) => ({ kind: 'deliver', at })) },
    { weight: 1, arbitrary: index.map<Step>((at) => ({ kind: 'lose', at })) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Step>(
        { kind: 'ask older' },
        { kind: 'ask newest' },
        { kind: 'answer' },
        { kind: 'sync' },
      ),
    },
  ),
  { maxLength: 60, size: 'max' },
)

const flushed = () => new Promise((done) => setImmediate(done))
const copy = (messages: readonly Message[]) => messages.map((message) => ({ ...message }))

describe('a history', () => {
  it('is what a new request shows after a sync, whatever was duplicated, overtaken or lost', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        const server = new FakeServer()
        const talk = server.talk(undefined, 12)
        const history = new History(talk.id)
        const page = () => server.page(talk, new URLSearchParams({ limit: '5' }))
        history.reset(copy(page().messages), { rev: talk.rev, hasOlder: true, hasNewer: false })
        const events: Message[] = []
        const answers: (() => void)[] = []

        const sync = () => {
          const { rev } = history
          const changes = server.sync(BOB.id, { [talk.id]: rev }).changes[talk.id] as
            | { messages: Message[] }
            | undefined
          const messages = copy(changes?.messages ?? [])
          history.catchUp(messages, Math.max(rev, ...messages.map((message) => message.rev)))
        }
        const askOlder = () => {
          const before = history.view.messages[0]!.seq
          // The server answers now; the answer arrives later, after events that are newer than it.
          const older = server.page(talk, new URLSearchParams({ before: String(before), limit: '3' }))
          const messages = copy(older.messages)
          const answer = new Promise<void>((arrive) => answers.push(arrive))
          void history.during(
            () => answer,
            () => history.view.messages[0]!.seq === before && history.prepend(messages, older.hasMore),
          )
        }
        const askNewest = () => {
          const { rev } = history
          const { messages, hasMore } = page()
          const copies = copy(messages)
          const answer = new Promise<void>((arrive) => answers.push(arrive))
          void history.during(
            () => answer,
            () => history.reset(copies, { rev, hasOlder: hasMore, hasNewer: false }),
          )
        }
        const invariant = () => {
          const seqs = history.view.messages.map(({ seq }) => seq)
          expect(seqs).toEqual(seqs.map((_, at) => seqs[0]! + at))
        }

        for (const step of script) {
          if (step.kind === 'say') events.push(server.write(talk, BOB.id, 'new'))
          if (step.kind === 'edit') {
            server.edit(talk, 1 + (step.at % talk.seq), `edited ${talk.rev}`)
            events.push(talk.messages[step.at % talk.seq]!)
          }
          if (step.kind === 'deliver' && events.length) history.receive({ ...events[step.at % events.length]! })
          if (step.kind === 'lose' && events.length) events.splice(step.at % events.length, 1)
          if (step.kind === 'ask older' && history.view.hasOlder) askOlder()
          if (step.kind === 'ask newest') askNewest()
          if (step.kind === 'answer') answers.shift()?.()
          if (step.kind === 'sync') sync()
          if (step.kind === 'answer') await flushed()
          invariant()
        }
        for (const arrive of answers) arrive()
        await flushed()
        for (let round = 0; round < 2; round++) sync()
        invariant()
        const { messages } = history.view
        expect(messages).toEqual(talk.messages.slice(messages[0]!.seq - 1))
        expect(history.hasGap).toBe(false)
      }),
      { numRuns: 500 },
    )
  })

  it('accepts a gap that no sync fills, after a while', () => {
    const server = new FakeServer()
    const talk = server.talk(undefined, 3)
    const history = new History(talk.id)
    history.reset(copy(talk.messages), { rev: 3, hasOlder: false, hasNewer: false })
    talk.seq++
    talk.rev++
    const beyond = server.write(talk, BOB.id, 'beyond')
    history.receive(beyond)
    for (let sync = 1; sync <= 4; sync++) {
      expect(history.hasGap).toBe(true)
      expect(history.rev).toBe(3)
      history.catchUp([beyond], 5)
    }
    expect(history.view.messages.map(({ seq }) => seq)).toEqual([1, 2, 3, 5])
    expect(history.hasGap).toBe(false)
    expect(history.rev).toBe(5)
  })

  it('replaces its messages and reports what happened to them', () => {
    const server = new FakeServer()
    const talk = server.talk(undefined, 20)
    const history = new History(talk.id)
    history.reset(talk.messages.slice(10), { rev: 20, hasOlder: true, hasNewer: false })
    const first = history.view.messages
    history.prepend(talk.messages.slice(5, 10), true)
    expect(history.view.lastChange).toBe('prepend')
    history.receive(server.write(talk, BOB.id, 'next'))
    expect(history.view.lastChange).toBe('append')
    history.receive({ ...talk.messages[12]!, rev: 22, text: 'edited' })
    expect(history.view.lastChange).toBe('update')
    history.trim('oldest', 4)
    expect(history.view.lastChange).toBe('prepend')
    expect(first.map(({ seq }) => seq)).toEqual([11, 12, 13, 14, 15, 16, 17, 18, 19, 20])
  })
})

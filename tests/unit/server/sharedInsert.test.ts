import { expect, it, vi } from 'vitest'
import { SharedInsert } from '../../../server/repositories/sharedInsert'

/** A database whose inserts end when the test says so. */
function database() {
  const commands: { documents: { n: number }[]; answer(reply: object): void; fail(error: Error): void }[] = []
  const db = {
    command: ({ documents }: { documents: { n: number }[] }) =>
      new Promise((answer, fail) => commands.push({ documents, answer, fail })),
  }
  const insert = new SharedInsert(() => ({ db: db as never, name: 'messages' }))
  return { commands, insert }
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

it('writes at once if idle, and together what arrives in the same turn', async () => {
  const { commands, insert } = database()
  const both = [insert.add({ n: 1 }), insert.add({ n: 2 })]
  await turn()
  expect(commands.map(({ documents }) => documents.length)).toEqual([2])
  commands[0]!.answer({ ok: 1, n: 2 })
  expect(await Promise.all(both)).toEqual([null, null])
})

it('fails only what an index refuses, with the fields of the index', async () => {
  const { commands, insert } = database()
  const outcomes = [
    insert.add({ n: 1 }),
    insert.add({ n: 2 }),
    insert.add({ n: 3 }).catch((error: Error) => error.message),
  ]
  await turn()
  commands[0]!.answer({
    ok: 1,
    writeErrors: [
      { index: 1, code: 11_000, keyPattern: { conversationId: 1, seq: 1 } },
      { index: 2, code: 121, errmsg: 'not valid' },
    ],
  })
  expect(await Promise.all(outcomes)).toEqual([null, { fields: ['conversationId', 'seq'] }, 'not valid'])
})

it('delays nothing for longer than two milliseconds while a write is under way', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const { commands, insert } = database()
    const first = insert.add({ n: 1 })
    await turn()
    const later = insert.add({ n: 2 })
    await turn()
    expect(commands).toHaveLength(1)
    vi.advanceTimersByTime(2)
    expect(commands).toHaveLength(2)
    commands[1]!.answer({ ok: 1 })
    await later
    commands[0]!.answer({ ok: 1 })
    await first
  } finally {
    vi.useRealTimers()
  }
})

it('rejects everyone of a write that the database did not answer, and continues', async () => {
  const { commands, insert } = database()
  const lost = [insert.add({ n: 1 }), insert.add({ n: 2 })]
  await turn()
  commands[0]!.fail(new Error('gone'))
  expect((await Promise.allSettled(lost)).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  const next = insert.add({ n: 3 })
  await turn()
  commands[1]!.answer({ ok: 1 })
  expect(await next).toBeNull()
})

it('writes a bounded number at once', async () => {
  const { commands, insert } = database()
  const all = Array.from({ length: 1_100 }, (_, n) => insert.add({ n }))
  await turn()
  expect(commands.map(({ documents }) => documents.length)).toEqual([500, 500, 100])
  for (const command of commands) command.answer({ ok: 1 })
  await Promise.all(all)
})

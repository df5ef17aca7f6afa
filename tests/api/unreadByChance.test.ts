import { afterAll, beforeAll, expect, it } from 'vitest'
import { visibleFrom } from '#shared/domain/groups'
import type { Conversation } from '#shared/schemas/conversation'
import type { Message } from '#shared/schemas/message'
import { ok, people, TestGroup } from '../support/groups/group'
import { Chance } from '../support/chance'
import type { Person } from '../support/person'
import { startServer, type TestServer } from '../support/server'

// Whatever happens in conversations, what the list tells as unread is what one counts in the messages themselves.

const STEPS = 60
const seed = Number(process.env.TEST_SEED ?? Date.now() % 1_000_000)

let server: TestServer
let everybody: Person[]

beforeAll(async () => {
  server = await startServer()
  everybody = [...(await people(server.url, 'Ann', 'Bob', 'Cleo'))]
})
afterAll(() => server?.stop())

it(`is the same as counting the messages (seed ${seed})`, async () => {
  const chance = new Chance(seed)
  const [ann, bob, cleo] = everybody as [Person, Person, Person]
  const group = await TestGroup.make(ann, [bob, cleo], 'A group')
  const direct = (await ann.chatWith(bob)).id
  let joined = { id: group.id, seq: 0 }
  for (let step = 0; step < STEPS; step++) {
    joined = (await change(chance, group, direct)) ?? joined
    if (step % 2 === 0) await Promise.all(everybody.map((person) => compare(person, cleo, joined.seq)))
  }
})

/** Something that may change what is unread. @returns where Cleo came in again, if they did */
async function change(
  chance: Chance,
  group: TestGroup,
  direct: string,
): Promise<{ id: string; seq: number } | undefined> {
  const [ann, bob, cleo] = everybody as [Person, Person, Person]
  const id = chance.oneIn(3) ? direct : group.id
  const person = id === direct ? chance.of([ann, bob]) : chance.of(everybody)
  const path = `/api/conversations/${id}`
  switch (chance.below(12)) {
    case 0:
      await ok(group.change(ann, { name: `Name ${chance.below(1_000)}` }))
      return undefined
    case 1:
      await ok(group.change(ann, { settings: { history: chance.of(['all', 'joined']) } }))
      return undefined
    case 2: {
      await ok(cleo.request('DELETE', `/api/conversations/${group.id}/members/${cleo.user.id}`))
      await bob.send(group.id, 'while Cleo is away')
      const { lastSeq } = await group.seenBy(ann)
      await ok(group.add(ann, cleo))
      return { id: group.id, seq: lastSeq }
    }
    case 3:
    case 4: {
      const { conversation } = await ok(person.get(path))
      await ok(person.request('PUT', `${path}/read`, { seq: chance.below(conversation.lastSeq + 1) }))
      return undefined
    }
    case 5:
    case 6: {
      const own = (await textsOf(person, id)).filter(
        ({ senderId, deletedAt }) => senderId === person.user.id && !deletedAt,
      )
      if (own.length > 0) await ok(person.request('DELETE', `${path}/messages/${chance.of(own).id}`))
      return undefined
    }
    case 7: {
      const own = (await textsOf(person, id)).filter(
        ({ senderId, deletedAt }) => senderId === person.user.id && !deletedAt,
      )
      if (own.length > 0)
        await ok(
          person.request('PATCH', `${path}/messages/${chance.of(own).id}`, { text: `edited ${chance.below(100)}` }),
        )
      return undefined
    }
    default:
      for (let sent = 0; sent <= chance.below(3); sent++) await person.send(id, 'something')
      return undefined
  }
}

async function textsOf(person: Person, id: string): Promise<Message[]> {
  const messages: Message[] = []
  for (let before = ''; ; before = `&before=${messages[0]!.seq}`) {
    const page = await ok(person.get(`/api/conversations/${id}/messages?limit=100${before}`))
    messages.unshift(...page.messages)
    if (!page.hasMore) return messages.filter(({ kind }) => kind === 'text')
  }
}

async function compare(person: Person, newcomer: Person, joinedSeq: number): Promise<void> {
  const { conversations } = await ok(person.get('/api/conversations'))
  for (const { id, settings, me } of conversations as Conversation[]) {
    const from = Math.max(me.lastReadSeq, person === newcomer ? visibleFrom(settings, { joinedSeq }) : 0)
    const counted = (await textsOf(person, id)).filter(
      ({ seq, senderId, deletedAt }) => seq > from && senderId !== person.user.id && !deletedAt,
    )
    expect(me.unread).toBe(counted.length)
    expect((await ok(person.get(`/api/conversations/${id}`))).conversation.me.unread).toBe(counted.length)
  }
}

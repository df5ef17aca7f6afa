import fc from 'fast-check'
import { Types } from 'mongoose'
import { expect, it } from 'vitest'
import type { ConversationRecord } from '../../../server/models/conversation'
import type { MembershipRecord } from '../../../server/models/membership'
import { ActiveConversations } from '../../../server/services/conversations/active'

const CONVERSATIONS = Array.from({ length: 2 }, () => new Types.ObjectId())
const PEOPLE = Array.from({ length: 2 }, () => new Types.ObjectId())

/** The database as plain maps, and the ordered channel between two tasks that hold copies of it. */
class World {
  private version = 0
  readonly conversations = new Map<string, ConversationRecord>()
  readonly members = new Map<string, Map<string, MembershipRecord>>()
  private readonly channel: string[] = []
  private readonly received = [0, 0]
  private readonly losses: (number | null)[] = [0, 0]
  private readonly lossCount = [0, 0]
  readonly tasks: ActiveConversations[]

  constructor(maxRecords: number) {
    for (const _id of CONVERSATIONS) {
      this.conversations.set(_id.toString(), { _id, name: 'v0', seq: 0, rev: 0 } as ConversationRecord)
      this.members.set(_id.toString(), new Map())
    }
    const source = {
      findConversation: async (id: string) => this.conversations.get(id) ?? null,
      findMembers: async (id: string, userIds: readonly string[]) =>
        userIds.flatMap((userId) => this.members.get(id)?.get(userId) ?? []),
    }
    this.tasks = [0, 1].map((index) => {
      const task = new ActiveConversations(source, maxRecords)
      task.watchLosses(() => this.losses[index]!)
      return task
    })
  }

  change(writer: number, conversation: number, person: number, what: 'rename' | 'join' | 'role' | 'leave'): void {
    const _id = CONVERSATIONS[conversation]!
    const id = _id.toString()
    const userId = PEOPLE[person]!
    const members = this.members.get(id)!
    this.version++
    const version = `v${this.version}`
    if (what === 'rename') this.conversations.set(id, { ...this.conversations.get(id)!, name: version })
    else if (what === 'leave') members.delete(userId.toString())
    else
      members.set(userId.toString(), {
        _id: new Types.ObjectId(),
        conversationId: _id,
        userId,
        role: version,
      } as unknown as MembershipRecord)
    // A task that writes drops its own copy at once; the others get the announcement in the order of the channel.
    this.tasks[writer]!.drop(id)
    this.channel.push(id)
  }

  /** A task receives everything that it has not received yet, unless it is cut off. */
  receive(task: number): void {
    if (this.losses[task] === null) return
    for (const id of this.channel.slice(this.received[task])) this.tasks[task]!.drop(id)
    this.received[task] = this.channel.length
  }

  cut(task: number): void {
    this.losses[task] = null
    this.lossCount[task]!++
  }

  /** What was published meanwhile is lost to it. */
  join(task: number): void {
    if (this.losses[task] !== null) return
    this.losses[task] = this.lossCount[task]!
    this.received[task] = this.channel.length
  }

  /** Everyone's place everywhere: as the task answers, and as it is. */
  async places(task: number) {
    const pairs = CONVERSATIONS.flatMap((id) => PEOPLE.map((person) => [id.toString(), person.toString()] as const))
    const answered = await Promise.all(pairs.map(([id, userId]) => this.tasks[task]!.memberOf(id, userId)))
    const real = pairs.map(([id, userId]) => {
      const membership = this.members.get(id)!.get(userId)
      return membership ? { conversation: this.conversations.get(id), membership } : null
    })
    return { answered, real }
  }
}

const task = fc.nat(1)
const operation = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(
      fc.constant('change' as const),
      task,
      fc.nat(1),
      fc.nat(1),
      fc.constantFrom('rename' as const, 'join' as const, 'role' as const, 'leave' as const),
    ),
  },
  { weight: 4, arbitrary: fc.tuple(fc.constant('ask' as const), task, fc.nat(1), fc.nat(1)) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('receive' as const), task) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('answer' as const), task) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('cut' as const), task) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('join' as const), task) },
)

it('two tasks answer what a query each time would, in any order of events', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(operation, { maxLength: 60 }),
      fc.constantFrom(3, 8, 1_000),
      async (operations, maxRecords) => {
        const world = new World(maxRecords)
        const asked: Promise<unknown>[] = []
        for (const one of operations) {
          if (one[0] === 'change') world.change(one[1], one[2], one[3], one[4])
          // Not awaited: the answer is under way while the next things happen.
          else if (one[0] === 'ask')
            asked.push(world.tasks[one[1]]!.memberOf(CONVERSATIONS[one[2]]!.toString(), PEOPLE[one[3]]!.toString()))
          else if (one[0] === 'receive') world.receive(one[1])
          else if (one[0] === 'cut') world.cut(one[1])
          else if (one[0] === 'join') world.join(one[1])
          else await Promise.all(asked.splice(0))
        }
        await Promise.all(asked)
        for (const each of [0, 1]) {
          world.receive(each)
          const { answered, real } = await world.places(each)
          expect(answered).toEqual(real)
        }
      },
    ),
    { numRuns: 4_000 },
  )
})

it('keeps no answer that was requested before a change', async () => {
  const world = new World(8)
  world.cut(0)
  world.change(1, 1, 0, 'role')
  const asked = world.tasks[0]!.memberOf(CONVERSATIONS[1]!.toString(), PEOPLE[0]!.toString())
  world.change(1, 1, 1, 'rename')
  world.join(0)
  await asked
  const { answered, real } = await world.places(0)
  expect(answered).toEqual(real)
})

it('queries once for what it keeps, and again for what is too old', async () => {
  let questions = 0
  let now = 0
  const [conversationId, userId] = [CONVERSATIONS[0]!, PEOPLE[0]!]
  const source = {
    findConversation: async () => (questions++, { _id: conversationId, seq: 0, rev: 0 } as ConversationRecord),
    findMembers: async () => [{ conversationId, userId, readSeq: 0 } as MembershipRecord],
  }
  const held = new ActiveConversations(source, 100, () => now)
  const ask = () => held.memberOf(conversationId.toString(), userId.toString())
  await ask()
  await ask()
  expect(questions).toBe(1)
  now = 60_001
  await ask()
  expect(questions).toBe(2)
  held.noteRead(conversationId.toString(), userId.toString(), 7)
  expect((await ask())?.membership.readSeq).toBe(7)
  expect(questions).toBe(2)
})

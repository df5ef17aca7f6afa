import type { Right, Role } from '#shared/domain/permissions'
import { createGroup } from '../../../server/services/groups/create'
import { addMembers } from '../../../server/services/groups/addMembers'
import { banPerson, unbanPerson } from '../../../server/services/groups/bans'
import { changeGroup } from '../../../server/services/groups/change'
import { changeMember } from '../../../server/services/groups/changeMember'
import { deleteGroup } from '../../../server/services/groups/delete'
import { handOver } from '../../../server/services/groups/handOver'
import { createInvite, revokeInvite } from '../../../server/services/groups/invites'
import { acceptInvite, approveJoinRequest, refuseJoinRequest } from '../../../server/services/groups/join'
import { removeMember } from '../../../server/services/groups/removeMember'
import { markRead } from '../../../server/services/conversations/markRead'
import { editMessage } from '../../../server/services/messages/edit'
import type { MessageAddress } from '../../../server/services/messages/loadForChange'
import { pinMessage, unpinMessage } from '../../../server/services/messages/pins'
import { setReaction, unsetReaction } from '../../../server/services/messages/react'
import { deleteMessage } from '../../../server/services/messages/remove'
import { sendMessage } from '../../../server/services/messages/send'
import { PlainGroup } from './plainGroup'
import { RIGHT_NAMES, roleOf } from './plainPeople'
import type { Chance } from '../chance'

type Name = (verb: string, more?: unknown) => string
type Step = [name: string, ours: () => string, theirs: () => Promise<unknown>]

/** A group in both worlds, the services and the plain model. Every operation runs in both. */
export class Life {
  readonly steps: string[] = []
  private readonly tokens: { id: string; token: string }[] = []
  private sent = 0
  /** The weight of links and join requests: their sequences of several steps are rare by chance alone. */
  private readonly joinWeight: number

  private constructor(
    readonly id: string,
    readonly plain: PlainGroup,
    readonly people: string[],
    private readonly chance: Chance,
    readonly clock: { now: number },
    /** The ids of the group's messages in the order of their seqs, from the events that announced them. */
    private readonly idsOf: (groupId: string) => string[],
  ) {
    this.joinWeight = chance.oneIn(4) ? 8 : 1
  }

  static async begin(
    people: string[],
    chance: Chance,
    clock: { now: number },
    idsOf: (id: string) => string[],
  ): Promise<Life> {
    const [owner, ...others] = people
    const members = others.slice(0, chance.of([0, 2, 3, 4, 4, 5]))
    const input = { kind: 'group' as const, name: 'A group', description: '', memberIds: members }
    const { id } = await createGroup(owner!, input)
    const life = new Life(id, new PlainGroup(owner!, members), people, chance, clock, idsOf)
    life.plain.now = clock.now
    life.plain.messages[0]!.at = clock.now
    return life
  }

  /** Runs one random operation. @returns the answer of each world */
  async step(): Promise<{ ours: string; theirs: string }> {
    const [name, ours, theirs] = this.choose()
    this.plain.now = this.clock.now
    const [expected, actual] = [ours(), await said(theirs)]
    this.steps.push(`${name} → ${expected}`)
    return { ours: expected, theirs: actual }
  }

  private person(): string {
    const { chance, plain, people } = this
    // Mostly people who can do something, because otherwise there would be little to compare.
    const strong = people.filter((id) => (plain.members.get(id)?.rank ?? 0) > 0)
    return strong.length > 0 && chance.below(3) > 0 ? chance.of(strong) : chance.of(people)
  }

  private choose(): Step {
    const { chance, plain, id, people } = this
    const one = chance.oneIn(4) ? chance.of([...plain.members.keys(), ...people]) : this.person()
    const other = chance.of(plain.members.size > 1 && chance.below(3) > 0 ? [...plain.members.keys()] : people)
    const name = (verb: string, more: unknown = '') => `${people.indexOf(one)} ${verb} ${JSON.stringify(more)}`
    const towards = (verb: string, more: unknown = '') => `${name(verb, more)} to ${people.indexOf(other)}`
    const owned = plain.messages.flatMap(({ by, isNotice }, index) => (by === one && !isNotice ? [index + 1] : []))
    const seq = owned.length > 0 && chance.oneIn(2) ? chance.of(owned) : 1 + chance.below(plain.messages.length + 1)
    const place = { conversationId: id, messageId: this.idsOf(id)[seq - 1] ?? 'f'.repeat(24) }
    const steps: [weight: number, make: () => Step][] = [
      [4, () => this.send(one, name)],
      [
        plain.slow > 0 ? 4 : 0,
        () => this.send(other, (verb, more) => `${people.indexOf(other)} ${verb} ${JSON.stringify(more)}`),
      ],
      [2, () => [name('reads', seq), () => plain.read(one, seq), () => markRead(one, id, seq)]],
      [
        2,
        () => {
          const text = chance.of(['edited', 'edited again', 'see https://example.com', ...this.mentions()])
          return [name('edits', [seq, text]), () => plain.edit(one, seq, text), () => editMessage(one, place, text)]
        },
      ],
      [2, () => this.react(one, seq, place, name)],
      [2, () => this.pin(one, seq, place, name)],
      [2, () => [name('erases', seq), () => plain.erase(one, seq), () => deleteMessage(one, place)]],
      [
        2,
        () => {
          const targets = [other, ...chance.some(people, 1)]
          const unknown = chance.oneIn(8) ? ['f'.repeat(24)] : []
          return [
            towards('adds', targets.length),
            () => plain.add(one, targets, unknown.length > 0),
            () => addMembers(one, id, [...targets, ...unknown]),
          ]
        },
      ],
      [2, () => [name('leaves'), () => plain.remove(one, one), () => removeMember(one, id, one)]],
      [2, () => [towards('removes'), () => plain.remove(one, other), () => removeMember(one, id, other)]],
      [2, () => [towards('bans'), () => plain.ban(one, other), () => banPerson(one, id, other)]],
      [2, () => [towards('unbans'), () => plain.unban(one, other), () => unbanPerson(one, id, other)]],
      [
        4,
        () => {
          const rank = chance.below(3)
          const input = { role: roleOf(rank) as 'admin' }
          return [
            towards('makes', input),
            () => plain.setRole(one, other, rank),
            () => changeMember(one, id, other, input),
          ]
        },
      ],
      [4, () => this.override(one, other, towards)],
      [1, () => [towards('hands over'), () => plain.handOver(one, other), () => handOver(one, id, other)]],
      [1 + this.joinWeight, () => this.configure(one, name)],
      [
        2,
        () => {
          const changes = Object.fromEntries(chance.some(RIGHT_NAMES, 3).map((right) => [right, chance.below(4)]))
          const permissions = Object.fromEntries(
            Object.entries(changes).map(([right, rank]) => [right, roleOf(rank) as Role]),
          )
          return [
            name('permits', permissions),
            () => plain.permit(one, changes),
            () => changeGroup(one, id, { permissions }),
          ]
        },
      ],
      [
        1,
        () => {
          const title = chance.of(['A group', 'Another name'])
          return [name('renames', title), () => plain.describe(one, title), () => changeGroup(one, id, { name: title })]
        },
      ],
      [
        1 + this.joinWeight,
        () => {
          const uses = chance.of([1, 2, Infinity])
          const input = { expiresInHours: null, ...(uses !== Infinity && { maxUses: uses }) }
          const make = async () => this.tokens.push(tokenOf(await createInvite(one, id, input, '')))
          return [name('makes a link', input), () => plain.link(one, uses), make]
        },
      ],
      [
        this.tokens.length && 4 * this.joinWeight,
        () => {
          const index = chance.below(this.tokens.length)
          const guest = chance.of(people)
          const accept = () => acceptInvite(guest, this.tokens[index]!.token)
          return [name('gives a link', people.indexOf(guest)), () => plain.accept(guest, plain.links[index]!), accept]
        },
      ],
      [
        this.tokens.length && 1,
        () => {
          const index = chance.below(this.tokens.length)
          const revoke = () => revokeInvite(one, id, this.tokens[index]!.id)
          return [name('unlinks', index), () => plain.unlink(one, plain.links[index]!), revoke]
        },
      ],
      [
        plain.asking.size && 6 * this.joinWeight,
        () => {
          const yes = chance.oneIn(2)
          const answer = yes ? approveJoinRequest : refuseJoinRequest
          const asker = chance.oneIn(4) ? other : [...plain.asking][0]!
          return [
            name(yes ? 'welcomes' : 'refuses', people.indexOf(asker)),
            () => plain.answer(one, asker, yes),
            () => answer(one, id, asker),
          ]
        },
      ],
      [chance.oneIn(6) ? 1 : 0, () => [name('deletes the group'), () => plain.end(one), () => deleteGroup(one, id)]],
    ]
    let left = chance.below(steps.reduce((sum, [weight]) => sum + weight, 0))
    return steps.find(([weight]) => (left -= weight) < 0)![1]()
  }

  /** Texts that mention somebody, perhaps no member, or everybody. */
  private mentions(): string[] {
    const { chance, people } = this
    return [`you, <@${chance.of(people)}>`, `<@${chance.of(people)}> and <@${chance.of(people)}>`, 'everybody: @all']
  }

  private send(one: string, name: (verb: string, more: unknown) => string): Step {
    const { chance, plain, id } = this
    const text = chance.of(['hello', 'and https://example.com', 'bye', ...this.mentions()])
    const quotes = chance.oneIn(3) ? 1 + chance.below(plain.messages.length) : 0
    const replyToId = quotes ? this.idsOf(id)[quotes - 1] : undefined
    const input = { clientId: `message-${++this.sent}`, text, uploadIds: [], ...(replyToId && { replyToId }) }
    return [name('sends', [text, quotes]), () => plain.send(one, text, quotes), () => sendMessage(one, id, input)]
  }

  private react(one: string, seq: number, place: MessageAddress, name: Name): Step {
    const emoji = this.chance.of(['👍', '❤️'])
    const isAdded = this.chance.below(3) > 0
    return [
      name(isAdded ? 'reacts' : 'takes back', [seq, emoji]),
      () => this.plain.react(one, seq, emoji, isAdded),
      () => (isAdded ? setReaction : unsetReaction)(one, place, emoji),
    ]
  }

  private pin(one: string, seq: number, place: MessageAddress, name: Name): Step {
    const isPinned = this.chance.below(3) > 0
    return [
      name(isPinned ? 'pins' : 'unpins', seq),
      () => this.plain.pin(one, seq, isPinned),
      () => (isPinned ? pinMessage : unpinMessage)(one, place),
    ]
  }

  private override(one: string, other: string, towards: (verb: string, more: unknown) => string): Step {
    const { chance, plain, clock } = this
    const usual = chance.oneIn(2) ? ['sendText', 'sendLink', 'ban', 'restrict', 'managePermissions'] : RIGHT_NAMES
    const held = plain.members.get(other)
    const isHeld = held && (held.until === null || held.until > clock.now)
    const before = isHeld ? held : { allow: [], deny: [], until: null }
    // Sometimes only some are named; the others stay as they are.
    const input = {
      ...(chance.oneIn(2) && { allow: chance.some(usual, 2) as Right[] }),
      ...(chance.oneIn(2) && { deny: chance.some(usual, 2) as Right[] }),
      until: chance.of([null, clock.now + 60_000, clock.now + 3_600_000, clock.now - 1]),
    }
    const theirs = { ...input, until: input.until === null ? null : new Date(input.until).toISOString() }
    const ours = () =>
      plain.override(one, other, [...(input.allow ?? before.allow)], [...(input.deny ?? before.deny)], input.until)
    return [towards('overrides', input), ours, () => changeMember(one, this.id, other, theirs)]
  }

  private configure(one: string, name: (verb: string, more: unknown) => string): Step {
    const { chance, plain } = this
    const ours = { slow: chance.of([0, 30]), sinceJoining: chance.oneIn(2), approval: chance.oneIn(2) }
    const history = ours.sinceJoining ? ('joined' as const) : ('all' as const)
    const settings = { history, slowModeSeconds: ours.slow, joinApproval: ours.approval }
    return [name('configures', ours), () => plain.configure(one, ours), () => changeGroup(one, this.id, { settings })]
  }
}

function tokenOf({ id, url }: { id: string; url: string }) {
  return { id, token: url.split('/').at(-1)! }
}

/** The answer of a service: ok, pending, or an error code. Any other exception is a bug, and is thrown again. */
async function said(run: () => Promise<unknown>): Promise<string> {
  try {
    const answer = await run()
    return typeof answer === 'object' && answer !== null && 'pending' in answer ? 'pending' : 'ok'
  } catch (error) {
    if (error instanceof Error && error.name === 'AppError') return (error as Error & { code: string }).code
    throw error
  }
}

import { isDeepStrictEqual } from 'node:util'
import { expect } from 'vitest'
import { listMembers, getConversation } from '../../../server/services/conversations/get'
import { listBans } from '../../../server/services/groups/bans'
import { listJoinRequests } from '../../../server/services/groups/join'
import { readHistory } from '../../../server/services/messages/history'
import { readPins } from '../../../server/services/messages/pins'
import { readThread } from '../../../server/services/messages/threads'
import { changesSince } from '../../../server/services/sync/changesSince'
import type { Message } from '#shared/schemas/message'
import type { FanoutMessage } from '../../../server/realtime/fanout/types'
import type { PlainGroup } from './plainGroup'
import { RIGHT_NAMES, roleOf } from './plainPeople'
import { Chance } from '../chance'
import { Life } from './randomLife'

const codeOf = (error: unknown) => (error as { code: string }).code

/** Compares quickly. The runner's own comparison shows differences but is slow, so it is used only if there are any. */
function same(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected)
}

/** What one person sees of a group, as the services show it. */
async function seenBy(person: string, id: string) {
  const [conversation, members, page, sync, pins] = await Promise.all([
    getConversation(person, id),
    listMembers(person, id),
    readHistory(person, id, { limit: 100 }),
    changesSince(person, { conversations: { [id]: 0 } }),
    readPins(person, id, { limit: 100 }),
  ])
  const { me, lastMessage, memberCount, name, ownerId } = conversation
  const notices = new Set<number | undefined>(
    page.messages.filter(({ kind }) => kind === 'system').map(({ seq }) => seq),
  )
  const shown = page.messages.map((one) => ({
    seq: one.seq,
    by: one.senderId,
    text: one.deletedAt ? null : one.kind === 'text' ? one.text : '',
    edited: one.editedAt !== null,
    quotes: one.replyTo?.seq ?? 0,
    // The text of a system message depends on the language, so only the fact that it is quoted is compared.
    excerpt: notices.has(one.replyTo?.seq) ? '' : (one.replyTo?.excerpt ?? ''),
    reactions: one.reactions.map(({ emoji, userIds, mine }) => [emoji, userIds, mine]),
    pinned: one.pinned,
    replies: one.replies,
    answers: one.threadId !== null,
    mentions: [...one.mentions, ...(one.mentionsAll ? ['all'] : [])].sort(),
  }))
  const synced = sync.changes[id]!.messages.toSorted((a, b) => a.seq - b.seq)
  same(synced, page.messages)
  same(
    sync.conversations.find((one) => one.id === id),
    conversation,
  )
  return {
    name,
    ownerId,
    memberCount,
    members: members.map((one) => [one.user.id, one.role, one.lastReadSeq]).sort(),
    me: {
      role: me.role,
      rights: me.rights,
      unread: me.unread,
      mentionSeqs: me.mentionSeqs,
      mentions: me.mentions,
      read: me.lastReadSeq,
    },
    last: lastMessage?.seq ?? null,
    shown,
    pins: pins.messages.map(({ seq }) => seq),
    thread: await threadOf(person, id, page.messages),
  }
}

/** What a person sees of the thread of the last message of a person that they see. */
async function threadOf(person: string, conversationId: string, messages: readonly Message[]): Promise<number[]> {
  const last = messages.findLast(({ kind }) => kind === 'text')
  if (!last) return []
  const page = await readThread(person, { conversationId, messageId: last.id }, { limit: 100 })
  return page.messages.map(({ seq }) => seq)
}

function plainThreadOf(person: string, plain: PlainGroup): number[] {
  const last = plain.messages.findLastIndex(({ isNotice }, index) => !isNotice && plain.sees(person, index + 1)) + 1
  return last === 0 ? [] : plain.thread(person, last)
}

/** What one person sees of a group, by the plain model. */
function seenInPlain(person: string, plain: PlainGroup) {
  const members = [...plain.members]
  const { rank, read } = plain.members.get(person)!
  const unread = plain.unread(person)
  const shown = plain.messages.flatMap((message, index) => {
    const { by, text, edited, quotes, excerpt, reactions, pinned, mentions, thread, replies } = message
    const entry = {
      seq: index + 1,
      by,
      text,
      edited,
      quotes,
      excerpt: quotes > 0 && plain.sees(person, quotes) ? excerpt : '',
      reactions: Array.from(reactions, ([emoji, who]) => [emoji, [...who], who.has(person)]),
      pinned: pinned > 0,
      replies,
      answers: thread > 0,
      mentions: [...mentions].sort(),
    }
    return plain.sees(person, index + 1) ? [entry] : []
  })
  return {
    name: plain.name,
    ownerId: members.find(([, member]) => member.rank === 3)![0],
    memberCount: members.length,
    members: members.map(([id, member]) => [id, roleOf(member.rank), member.read]).sort(),
    me: {
      role: roleOf(rank),
      rights: RIGHT_NAMES.filter((right) => plain.can(person, right)),
      ...unread,
      mentions: unread.mentionSeqs.length,
      read,
    },
    last: plain.lastShown(person),
    shown,
    pins: plain.pins(person),
    thread: plainThreadOf(person, plain),
  }
}

/** Expects membership, rights, unread counts, visible history, bans and join requests to be the same in both worlds. */
async function compare({ id, plain, people }: Life): Promise<void> {
  for (const person of people) {
    if (!plain.exists || !plain.members.has(person)) {
      same(await getConversation(person, id).catch(codeOf), 'NOT_FOUND')
      same(await readHistory(person, id, { limit: 100 }).catch(codeOf), 'NOT_FOUND')
      const { changes, conversations, removed } = await changesSince(person, { conversations: { [id]: 0 } })
      same([changes, conversations.filter((one) => one.id === id), removed], [{}, [], [id]])
      continue
    }
    same(await seenBy(person, id), seenInPlain(person, plain))
  }
  if (!plain.exists) return
  const [owner] = [...plain.members].find(([, member]) => member.rank === 3)!
  same((await listBans(owner, id)).map(({ user }) => user.id).sort(), [...plain.banned].sort())
  same((await listJoinRequests(owner, id)).map(({ user }) => user.id).sort(), [...plain.asking].sort())
}

/** Follows the channel: who gets the events of each conversation. `wrong` lists the events that name anybody else. */
export class Recipients {
  private readonly members = new Map<string, Set<string>>()
  private readonly ids = new Map<string, string[]>()
  readonly wrong: string[] = []

  /** The ids of a group's messages, in the order of their seqs. */
  readonly idsOf = (id: string): string[] => {
    const ids = this.ids.get(id) ?? []
    this.ids.set(id, ids)
    return ids
  }

  receive(message: FanoutMessage): void {
    if (message.kind === 'joined' || message.kind === 'left') {
      const set = this.members.get(message.conversationId) ?? new Set()
      this.members.set(message.conversationId, set)
      for (const id of message.userIds) {
        if (message.kind === 'joined') set.add(id)
        else set.delete(id)
      }
    } else if (message.kind === 'event' && message.event.startsWith('{"type":"message.created"')) {
      const { conversationId, seq, id } = JSON.parse(message.event).data.message
      this.idsOf(conversationId)[seq - 1] = id
    } else if (message.kind === 'event' && 'userIds' in message.to) {
      const { type, data } = JSON.parse(message.event)
      const id = data.conversationId ?? data.conversation?.id ?? data.message?.conversationId
      const set = this.members.get(id)
      const isAddressed = (userId: string) => (type === 'conversation.removed' ? !set?.has(userId) : set?.has(userId))
      for (const userId of message.to.userIds)
        if (!isAddressed(userId)) this.wrong.push(`${type} to one who is ${set?.has(userId) ? 'in' : 'out'}`)
    }
  }

  of(id: string): string[] {
    return [...(this.members.get(id) ?? [])].sort()
  }

  forget(id: string): void {
    this.members.delete(id)
    this.ids.delete(id)
  }
}

/** Runs one group's life in both worlds and compares them. An error names the seed that repeats it, and every step. */
export async function live(
  seed: number,
  length: number,
  people: string[],
  clock: { now: number },
  recipients: Recipients,
  pass: (ms: number) => void,
): Promise<Life> {
  const chance = new Chance(seed)
  const life = await Life.begin(people, chance, clock, recipients.idsOf)
  try {
    for (let step = 0; step < length; step++) {
      if (chance.oneIn(5)) pass(chance.of([1_000, 31_000, 61_000]))
      const { ours, theirs } = await life.step()
      same(theirs, ours)
    }
    life.plain.now = clock.now
    await compare(life)
    same(recipients.of(life.id), life.plain.exists ? [...life.plain.members.keys()].sort() : [])
    same(recipients.wrong, [])
  } catch (error) {
    throw new Error(`Seed ${seed}, after:\n${life.steps.join('\n')}\n\n${(error as Error).message}`, { cause: error })
  }
  recipients.forget(life.id)
  return life
}

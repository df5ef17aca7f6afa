import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Message, Reaction } from '#shared/schemas/message'
import { withMine } from '~/client/history/ownReactions'
import { readReactionUses, wipeReactionUses, writeReactionUses } from '~/client/storage/reactionUses'
import { Browser, openTab, settle, useFakeTime } from './browserOfTests'
import { GroupServer } from './fakeGroups'

const message = (...reactions: Reaction[]) => ({ reactions }) as Message
const many = (count: number, mine?: boolean): Reaction => ({
  emoji: '👍',
  count,
  userIds: Array.from({ length: Math.min(count, 100) }, (_, index) => `${index}`),
  ...(mine !== undefined && { mine }),
})

describe('an event about a message with my reaction', () => {
  it('keeps it while more people reacted than the event names', () => {
    expect(withMine(message(many(150)), message(many(149, true))).reactions[0]!.mine).toBe(true)
  })

  it('says all itself when it names everyone, or is an answer to me', () => {
    expect(withMine(message(many(3)), message(many(4, true))).reactions[0]!.mine).toBeUndefined()
    expect(withMine(message(many(150, false)), message(many(150, true))).reactions[0]!.mine).toBe(false)
    expect(withMine(message(many(150)), message(many(150, false))).reactions[0]!.mine).toBeUndefined()
    expect(withMine(message(many(150)), undefined).reactions[0]!.mine).toBeUndefined()
  })
})

describe('the emoji that a person uses', () => {
  const texts = new Map<string, string>()
  const storage = {
    get: (key: string) => texts.get(key) ?? null,
    set: (key: string, text: string) => void texts.set(key, text),
    remove: (key: string) => void texts.delete(key),
    keys: () => [...texts.keys()],
  }

  it('are counted for each person, and are forgotten with them', () => {
    writeReactionUses(
      storage,
      'ann',
      new Map([
        ['👍', 1],
        ['🎉', 3],
      ]),
    )
    expect([...readReactionUses(storage, 'ann')]).toEqual([
      ['🎉', 3],
      ['👍', 1],
    ])
    expect([...readReactionUses(storage, 'bob')]).toEqual([])
    wipeReactionUses(storage, 'ann')
    expect([...readReactionUses(storage, 'ann')]).toEqual([])
  })

  it('survive a storage with anything in it', () => {
    for (const text of ['', 'null', '[]', '{', '{"👍":"x"}', '7']) {
      texts.set('webchat-reactions-ann', text)
      expect([...readReactionUses(storage, 'ann')]).toEqual([])
    }
  })
})

describe('reacting again before the server has answered', () => {
  /** A server that answers each reaction when it is told to. */
  class SlowServer extends GroupServer {
    asked: string[] = []
    answerOne = () => {}

    override async answer(userId: string, type: string, data: any): Promise<unknown> {
      if (!type.startsWith('reaction.')) return super.answer(userId, type, data)
      this.asked.push(type)
      await new Promise<void>((resolve) => (this.answerOne = resolve))
      const talk = this.talks.get(data.conversationId)!
      const message = talk.messages.find(({ id }) => id === data.messageId)!
      const isMine = message.reactions.some(({ userIds }) => userIds.includes(userId))
      if (isMine !== (type === 'reaction.set')) this.react(talk, message.seq, userId, data.emoji)
      return { message: talk.messages.find(({ id }) => id === data.messageId) }
    }
  }
  afterEach(() => void vi.useRealTimers())

  it('ends as it was wished last, one request at a time', async () => {
    useFakeTime()
    const server = new SlowServer()
    const group = server.group(undefined, 2)
    const tab = await openTab(new Browser(server)).start()
    await tab.messages.openConversation(group.id)
    const of = () => tab.messages.history(group.id)!.messages[0]!
    const shown = () => tab.messages.shownReactions(of().id, of().reactions).map(({ mine }) => mine)

    const toggles = [tab.messages.toggleReaction(of(), '👍')]
    await settle()
    expect(shown()).toEqual([true])
    toggles.push(tab.messages.toggleReaction(of(), '👍'))
    await settle()
    expect([shown(), server.asked]).toEqual([[], ['reaction.set']])
    server.answerOne()
    await settle()
    expect([shown(), server.asked]).toEqual([[], ['reaction.set', 'reaction.unset']])
    // Wished again, and taken back again: nothing is left to ask for.
    toggles.push(tab.messages.toggleReaction(of(), '👍'), tab.messages.toggleReaction(of(), '👍'))
    server.answerOne()
    await Promise.all(toggles)
    expect([shown(), server.asked.length, group.messages[0]!.reactions]).toEqual([[], 2, []])
  })
})

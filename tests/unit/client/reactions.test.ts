import { describe, expect, it } from 'vitest'
import type { Message, Reaction } from '#shared/schemas/message'
import { withMine } from '~/client/history/ownReactions'
import { readReactionUses, wipeReactionUses, writeReactionUses } from '~/client/storage/reactionUses'

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

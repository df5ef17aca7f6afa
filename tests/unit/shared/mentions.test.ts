import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { excerptOf } from '#shared/domain/messages'
import { mentionedIds, mentionOf, namesAll, splitMentions, withNames } from '#shared/domain/text/mentions'
import { LIMITS } from '#shared/limits'

const ANN = 'a'.repeat(24)
const BOB = 'b'.repeat(24)

describe('mentions in a text', () => {
  it('are ids in their stored form, each once', () => {
    expect(mentionedIds(`<@${ANN}>, <@${BOB}> and <@${ANN}>`)).toEqual([ANN, BOB])
    expect(mentionedIds(`@${ANN} <@${ANN} <@${ANN.toUpperCase()}> <@${ANN}b> < @${ANN}>`)).toEqual([])
  })

  it('are bounded', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => mentionOf(index.toString(16).padStart(24, '0'))).join('')
    expect(mentionedIds(many)).toHaveLength(LIMITS.mentions)
    expect(splitMentions(many)).toHaveLength(10_000)
  })

  it.each(['@all', 'hey @all!', '(@all)', '@all, come', '@all.', 'and\n@all', 'たち @all'])('name all in %j', (text) =>
    expect(namesAll(text)).toBe(true),
  )

  it.each([
    '@allan',
    'a@all.com',
    '@all.com',
    'mail@all',
    '@ALL',
    '@all-hands',
    'x/@all',
    '@all_',
    '@@all',
    'всем@all',
  ])('do not name all in %j', (text) => expect(namesAll(text)).toBe(false))

  it('are shown by name, in copies and lists', () => {
    const names: Record<string, string> = { [ANN]: 'Ánh <@x>' }
    expect(withNames(`<@${ANN}> & <@${BOB}>`, (id) => names[id] ?? '')).toBe('@Ánh <@x> & @…')
  })

  it('are not cut in the middle by an excerpt', () => {
    for (let before = 100; before < LIMITS.excerptCharacters + 5; before++) {
      const excerpt = excerptOf(`${'x'.repeat(before)}<@${ANN}> and more`)
      expect(excerpt.replace(mentionOf(ANN), '')).not.toMatch(/[<@]/)
    }
  })

  it('leave every text as it is', () => {
    const piece = fc.oneof(fc.constantFrom(mentionOf(ANN), '@all', ' ', '<@', '>', ANN, '@'), fc.string())
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('')
        expect(
          splitMentions(text)
            .map((part) => part.text)
            .join(''),
        ).toBe(text)
      }),
    )
  })
})

import { describe, expect, it } from 'vitest'
import { mentionOf } from '#shared/domain/text/mentions'
import type { User } from '#shared/schemas/account'
import { isInCode, looksLikeCode } from '~/components/composer/fieldEdits'
import { findPeople } from '~/components/composer/memberSearch'
import { MentionLabels } from '~/components/composer/mentionLabels'
import { findEmoji, inTone, loadEmoji } from '~/components/emoji/emojiSearch'

const ANN = 'a'.repeat(24)
const LEE = 'b'.repeat(24)
const OTHER = 'c'.repeat(24)
const NAMES: Record<string, string> = { [ANN]: 'Ann', [LEE]: 'Ann Lee', [OTHER]: 'Ann' }

describe('mentions in the field', () => {
  const labels = () => new MentionLabels((id) => NAMES[id] ?? '')

  it('are names, and ids again when they are stored', () => {
    const field = labels()
    const stored = `${mentionOf(LEE)}, ${mentionOf(ANN)} and ${mentionOf('f'.repeat(24))}`
    expect(field.shown(stored)).toBe(`@Ann Lee, @Ann and ${mentionOf('f'.repeat(24))}`)
    expect(field.stored(field.shown(stored))).toBe(stored)
  })

  it('tell two people of the same name apart', () => {
    const field = labels()
    const stored = `${mentionOf(ANN)} ${mentionOf(OTHER)}`
    expect(field.shown(stored)).toBe('@Ann @Ann (2)')
    expect(field.stored('@Ann (2), @Ann')).toBe(`${mentionOf(OTHER)}, ${mentionOf(ANN)}`)
  })

  it('are text again when their name is changed, and never a part of a longer name', () => {
    const field = labels()
    field.labelOf(ANN)
    expect(field.stored('@Anna @An @Ann')).toBe(`@Anna @An ${mentionOf(ANN)}`)
    expect(field.stored('@Annさん、@Ann!')).toBe(`${mentionOf(ANN)}さん、${mentionOf(ANN)}!`)
    expect(labels().stored('@Ann was never chosen')).toBe('@Ann was never chosen')
  })
})

it('finds a thousand people by any word of their names, without accents', () => {
  const person = (displayName: string, index: number): User => ({
    id: String(index),
    username: `user${index}`,
    displayName,
    about: '',
    avatarUrl: null,
    lastSeenAt: null,
  })
  const people = Array.from({ length: 1_000 }, (_, index) => person(`Nguyễn Văn ${index}`, index))
  people.push(person('Trần Đức Ánh', 1_001), person('Ánh Lê', 1_002))
  expect(findPeople(people, 'anh').map(({ displayName }) => displayName)).toEqual(['Ánh Lê', 'Trần Đức Ánh'])
  expect(findPeople(people, 'duc anh').map(({ displayName }) => displayName)).toEqual(['Trần Đức Ánh'])
  expect(findPeople(people, 'user777').map(({ id }) => id)).toEqual(['777'])
  expect(findPeople(people, '')).toHaveLength(50)
  expect(findPeople(people, '!')).toEqual([])
})

describe('emoji', () => {
  it('are found by words in English and Vietnamese, with or without accents', async () => {
    await loadEmoji()
    const texts = (typed: string) => findEmoji(typed, 'en', 20).map(({ text }) => text)
    expect(texts('smi')).toContain('😊')
    expect(texts('cười')).toContain('😀')
    expect(texts('cuoi')).toContain('😀')
    expect(texts('red heart')).toContain('❤️')
    expect(texts('+1')).toContain('👍')
    expect(texts('xyzzy')).toEqual([])
    expect(findEmoji('mặt cười', 'vi', 1)[0]!.label).toMatch(/cười/)
    expect(findEmoji('', 'en').length).toBeGreaterThan(1_800)
  })

  it('have skin tones', () => {
    expect(inTone({ text: '👋', light: '👋🏻' }, 3)).toBe('👋🏽')
    expect(inTone({ text: '👋', light: '👋🏻' }, 0)).toBe('👋')
    expect(inTone({ text: '😀', light: '' }, 5)).toBe('😀')
  })
})

it('knows code by its lines, and where a block is open', () => {
  expect(looksLikeCode('function a() {\n  return 1\n}')).toBe(true)
  expect(looksLikeCode('if x:\n\tprint(x)')).toBe(true)
  expect(looksLikeCode('Dear all,\nsee you (soon)')).toBe(false)
  expect(looksLikeCode('  one line;')).toBe(false)
  expect([isInCode('```\na', 5), isInCode('```\na\n```\nb', 9), isInCode('a', 1)]).toEqual([true, false, false])
})

import { describe, expect, it } from 'vitest'
import { isolated, withIsolatedTexts } from '#shared/domain/bidi'

describe('a name in a sentence', () => {
  it('is isolated where it is written from right to left', () => {
    for (const name of ['مريم', 'שרה Cohen', 'Team مريم (2)', 'ߞߊ߲']) expect(isolated(name)).toBe(`\u2068${name}\u2069`)
  })

  it('stays as it is otherwise', () => {
    for (const name of ['Ann', 'Nguyễn Văn An', '小明', '👩‍👩‍👧', '']) expect(isolated(name)).toBe(name)
  })

  it('is found among all parameters of a sentence', () => {
    expect(withIsolatedTexts({ actor: 'مريم', n: 3, list: ['Ann', 'שרה'] })).toEqual({
      actor: '\u2068مريم\u2069',
      n: 3,
      list: ['Ann', '\u2068שרה\u2069'],
    })
    expect(withIsolatedTexts(5)).toBe(5)
  })
})

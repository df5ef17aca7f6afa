import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fold, matchesPerson, searchKeysOf } from '#shared/domain/names'

describe('fold', () => {
  it.each([
    ['Đặng Thị Hồng', 'dang thi hong'],
    ['đường', 'duong'],
    ['NGUYỄN', 'nguyen'],
    // The same letters, composed and decomposed.
    ['é', 'e'],
    ['e\u0301', 'e'],
    ['İstanbul', 'istanbul'],
    ['王小明', '王小明'],
    ['한국어', '한국어'],
    ['', ''],
  ])('compares %j as %j', (text, folded) => expect(fold(text)).toBe(folded))

  it('is the same for every way of composing a text, and folding twice changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(fold(text.normalize('NFD'))).toBe(fold(text.normalize('NFC')))
        expect(fold(fold(text))).toBe(fold(text))
      }),
    )
  })
})

describe('searchKeysOf', () => {
  it('names the username, the whole name and each word of it, once', () => {
    expect(searchKeysOf({ username: 'huong.le', displayName: 'Lê  Thị Hương' })).toEqual([
      'huong.le',
      'le  thi huong',
      'le',
      'thi',
      'huong',
    ])
    expect(searchKeysOf({ username: 'bo', displayName: 'Bo' })).toEqual(['bo'])
  })
})

describe('matchesPerson', () => {
  const person = { username: 'dat_nguyen', displayName: 'Nguyễn Tiến Đạt' }

  it.each(['dat', 'Đạt', 'DAT', 'nguyen t', 'tiế', '@dat', '  dat ', ''])('finds him by %j', (typed) => {
    expect(matchesPerson(person, typed)).toBe(true)
  })

  it.each(['uyen', 'at', 'dat nguyen', 'x', '@@dat'])('does not find him by %j', (typed) => {
    expect(matchesPerson(person, typed)).toBe(false)
  })

  it('finds everyone by any beginning of a name', () => {
    const names = fc.string({ unit: fc.constantFrom(...'aAbĐđéễ王 '), minLength: 1, maxLength: 12 }).map((text) => text.trim())
    fc.assert(
      fc.property(names, fc.nat(12), (displayName, length) => {
        expect(matchesPerson({ username: 'someone', displayName }, displayName.slice(0, length))).toBe(true)
      }),
    )
  })
})

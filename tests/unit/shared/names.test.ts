import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchesPerson, searchKeysOf } from '#shared/domain/names'
import { fold } from '#shared/domain/text/fold'

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
  it('names each word of username and name, once', () => {
    expect(searchKeysOf({ username: 'huong.le', displayName: 'Lê  Thị Hương' })).toEqual([
      'huong',
      'le',
      'huongle',
      'thi',
    ])
    expect(searchKeysOf({ username: 'bo', displayName: 'Bo' })).toEqual(['bo'])
  })

  it('is bounded, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 64 }), (displayName) => {
        const keys = searchKeysOf({ username: 'someone', displayName })
        expect(keys.length).toBeLessThanOrEqual(80)
      }),
    )
    expect(
      searchKeysOf({ username: 'someone', displayName: '明'.repeat(32) + ' '.repeat(2) + '王'.repeat(30) }).length,
    ).toBe(80)
  })
})

describe('matchesPerson', () => {
  it.each([
    ['Nguyễn Tiến Đạt', ['dat', 'Đạt', 'DAT', 'nguyen t', 'tiế', '@ng', '  dat ', '', 'dat nguyen', 'ti dat']],
    ['Nguyễn Văn An', ['nguyen an', 'van an', 'an', 'an ng', 'NGUYỄN  AN', 'nguye\u0302\u0303n']],
    ['王小明', ['小明', '王', '明', '王小明', '王 小明']],
    ['王 小明', ['王小明', '小明']],
    ['山田太郎', ['太郎', '田太']],
    ['ﾔﾏﾀﾞ タロウ', ['タロウ', 'ヤマダ', 'ロウ', 'ヤマダタロウ']],
    ['홍길동', ['길동', '홍', '동']],
    ['Jean-Pierre O’Brien', ['pierre', 'jean-p', 'brien', "o'b", 'obrien', 'jeanpierre', 'pierre jean']],
    ['Anna Weiß', ['weiss', 'weiß', 'WEISS', 'weis']],
    ['Søren Ærø', ['soren', 'aero', 'ærø']],
    ['Łukasz Żółć', ['lukasz', 'zolc']],
    ['Ｗｉｄｅ Ｎａｍｅ', ['wide', 'name wi']],
    ['Oﬃce Team', ['office']],
    ['🎉', ['🎉']],
    ['Anyone', ['so.me', 'some', '@so.me', 'me', 'any so']],
  ])('finds %s by %j', (displayName, questions) => {
    const missed = questions.filter((typed) => !matchesPerson({ username: 'so.me', displayName }, typed))
    expect(missed).toEqual([])
  })

  it.each([
    ['Nguyễn Tiến Đạt', ['uyen', 'at', 'x', 'dat x', 'nguyent']],
    ['王小明', ['大明', '小王']],
    ['Ben', ['en', '🎉', '!']],
  ])('does not find %s by %j', (displayName, questions) => {
    const found = questions.filter((typed) => matchesPerson({ username: 'so.me', displayName }, typed))
    expect(found).toEqual([])
  })

  it('finds everyone by any beginning of a name', () => {
    const names = fc
      .string({ unit: fc.constantFrom(...'aAbĐđéễß王小 -’'), minLength: 1, maxLength: 12 })
      .map((text) => text.trim())
    fc.assert(
      fc.property(names, fc.nat(12), (displayName, length) => {
        const typed = displayName.slice(0, length)
        fc.pre(typed === '' || /\p{L}/u.test(typed))
        expect(matchesPerson({ username: 'someone', displayName }, typed)).toBe(true)
      }),
    )
  })
})

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { highlightsIn, matchTerms } from '#shared/domain/search/match'
import { isEmptySearch, parseSearch } from '#shared/domain/search/query'
import { keysOfWord, lookupOf, termsOf, wordsOf } from '#shared/domain/search/terms'
import { fold, foldWithPositions } from '#shared/domain/text/fold'

/** Whether a text is found by a typed search. */
const finds = (typed: string, ...texts: string[]) => matchTerms(termsOf(typed), texts).every(Boolean)

describe('a text', () => {
  it.each([
    ['Cuộc họp ngày mai lúc 9 giờ', ['hop', 'HỌP', 'ngay mai', 'mai ngay', 'mai cuộc', 'họ', '9', 'giờ ho', 'gio 9 h']],
    ['Đường Đinh Tiên Hoàng', ['duong', 'đinh', 'dinh tien', 'hoang d']],
    ['明天下午三点开会', ['明天', '下午', '三点开会', '开', '明天 开会', '会']],
    ['明日の会議は東京タワーで', ['会議', '東京', 'タワー', '会議 東京', 'ワー']],
    ['พรุ่งนี้ประชุมตอนบ่าย', ['ประชุม', 'บ่าย', 'พรุ่งนี้', 'ประชุม บ่าย']],
    ['내일 회의에서 만나요', ['회의', '내일', '만나', '회의 내일', '의에서']],
    ['iPhone手机 Größe 15Pro', ['手机', 'iphone', 'grosse', '15', 'pho 手机'.slice(4)]],
    ['Done 🎉 — see https://example.org/Report-2026.pdf', ['🎉', 'report', '2026 pdf', 'example rep', 'https']],
    ["don't panic", ["don't", "don't pan"]],
    ['Привет, мир', ['привет', 'МИР п']],
  ])('%j is found', (text, searches) => {
    for (const typed of searches) expect([typed, finds(typed, text)]).toEqual([typed, true])
  })

  it.each([
    ['Cuộc họp ngày mai', ['ma ngay', 'ong', 'op', 'họp tuần', 'maii']],
    ['明天下午开会', ['明下', '后天', '会开']],
    ['한국어', ['국한']],
  ])('%j is not found', (text, searches) => {
    for (const typed of searches) expect([typed, finds(typed, text)]).toEqual([typed, false])
  })

  it('is found across its text and the names of its files', () => {
    expect(finds('budget final', 'the final one', 'Budget 2026.xlsx')).toBe(true)
  })

  it('is in the index under everything that it can be looked up by', () => {
    const letter = fc.constantFrom(...'abcđé áß12 明天会议ทบย่นี้회의タワーが🎉-:"ςΣ'.split(''))
    fc.assert(
      fc.property(
        fc.string({ unit: letter, maxLength: 30 }),
        fc.string({ unit: letter, maxLength: 8 }),
        (text, typed) => {
          const terms = termsOf(typed)
          if (!matchTerms(terms, [text]).every(Boolean)) return
          const keys = new Set(wordsOf(fold(text)).flatMap(keysOfWord))
          for (const { keys: wanted, start } of terms.map(lookupOf)) {
            for (const key of wanted) expect(keys).toContain(key)
            if (start) expect([...keys].some((key) => key.startsWith(start))).toBe(true)
          }
        },
      ),
    )
  })
})

describe('highlights', () => {
  const marked = (typed: string, text: string) =>
    highlightsIn(termsOf(typed), text).map(({ start, end }) => text.slice(start, end))

  it.each([
    ['hop mai', 'Cuộc HỌP ngày mai, không phải họp', ['HỌP', 'mai', 'họp']],
    ['duo', 'Đường dài', ['Đườ']],
    ['会議', '明日の会議、会議', ['会議', '会議']],
    ['gross', 'eine Größe, groß', ['Größ', 'groß']],
    ['ประชุม', 'พรุ่งนี้ประชุมตอนบ่าย', ['ประชุม']],
    ['e', 'nothing', []],
  ])('of %j in %j', (typed, text, expected) => expect(marked(typed, text)).toEqual(expected))

  it('the positions belong to the same folded text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const clean = text.normalize('NFC')
        const folded = foldWithPositions(clean)
        expect(folded.starts).toHaveLength(folded.text.length)
        expect(folded.text).toBe(fold(clean))
      }),
    )
  })
})

describe('a typed search', () => {
  it('has filters among its words', () => {
    const parsed = parseSearch(
      'hop from:mai in:"Nhóm dự án" HAS:image has:files before:2026-11-30 after:2026-01 is:pinned mentions:me 9',
    )
    expect(parsed).toEqual({
      terms: [
        { kind: 'word', text: 'hop' },
        { kind: 'start', text: '9' },
      ],
      from: ['mai'],
      in: ['Nhóm dự án'],
      has: ['image', 'file'],
      before: Date.UTC(2026, 10, 30),
      after: Date.UTC(2026, 0, 1),
      isPinned: true,
      mentionsMe: true,
    })
  })

  it('reads days by the clock of the searcher', () => {
    expect(parseSearch('before:2026-11-30', 7 * 60).before).toBe(Date.parse('2026-11-29T17:00:00Z'))
  })

  it('searches for what is no filter', () => {
    expect(parseSearch('has:cats').terms.map(({ text }) => text)).toEqual(['has', 'cats'])
    expect(parseSearch('before:2026-02-31').before).toBeNull()
    expect(parseSearch('is:it mentions:bob').terms).toHaveLength(4)
    expect(parseSearch('from: has:').terms).toEqual([])
  })

  it.each(['', '   ', '...', 'from:', '$', '{"$gt": ""}'.replace(/gt/, '')])('%j asks for nothing', (typed) =>
    expect(isEmptySearch(parseSearch(typed))).toBe(true),
  )

  it('takes anything in a short time', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (typed) => void parseSearch(typed)))
    parseSearch('from:"'.repeat(100))
    parseSearch('(a+)+$ .* [\\w] from:$ne '.repeat(20))
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanMessageText, cleanName, isVisible } from '#shared/domain/text/clean'
import { isOnlyEmoji } from '#shared/domain/text/emoji'
import { byteLength, characterCount, cutGraphemes, cutToBytes, graphemes } from '#shared/domain/text/graphemes'

/** As people of the world write; none of it may be lost. */
const SAMPLES = {
  Vietnamese: 'Nguyễn Thị Hồng Nhung, Đặng Văn Lâm: “Chào buổi sáng!”',
  Hindi: 'क्षत्रिय श्रीमती प्रज्ञा, क्‍ष और र्‍य',
  Malayalam: 'അവന്‍ കാര്‍ത്തിക',
  Sinhala: 'ශ්‍රී ලංකාව',
  Bengali: 'রবীন্দ্রনাথ র‍্যাব',
  Tamil: 'தமிழ்நாடு',
  Arabic: 'مُحَمَّدٌ بن سَلْمان ﷺ',
  Quranic: 'ٱلْحَمْدُ لِلَّهِ رَبِّ ٱلْعَـٰلَمِينَ',
  Persian: 'می‌خواهم کتاب‌ها را ببینم',
  Urdu: 'پاکستان زندہ باد',
  Hebrew: 'בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים',
  Thai: 'น้ำผึ้ง ก็ที่นี่',
  Tibetan: 'བཀྲ་ཤིས་བདེ་ལེགས། ཧྐྵྨླྺྀྃ',
  Burmese: 'မြန်မာနိုင်ငံ',
  Khmer: 'ព្រះរាជាណាចក្រកម្ពុជា',
  Mongolian: 'ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ᠌',
  Korean: '홍길동 님',
  Japanese: '渡邉󠄁さん と 葛󠄀城市',
  Emoji: '👩‍💻 👨‍👩‍👧‍👦 🏳️‍🌈 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇻🇳 ❤️ 1️⃣ 👍🏽 🧑🏾‍❤️‍💋‍🧑🏻 ☺',
  Phonetic: 'ˈt͡ʃɪ̃ːz̥̩',
  Symbols: 'C# & “R&D” 50% ½ ™ © ∑ → ♥',
} as const
const SAMPLE_LIST = Object.entries(SAMPLES)

const nasty = fc.constantFrom(
  ...[
    '\0',
    '\u0007',
    '\u009b',
    '\r\n',
    '\r',
    '\n',
    '\t',
    '\u2028',
    '\u2029',
    '\u0085',
    '\ud800',
    '\udc00',
    '\ufffe',
    '\ufeff',
  ],
  ...[
    '\u200b',
    '\u200c',
    '\u200d',
    '\u200e',
    '\u200f',
    '\u061c',
    '\u202a',
    '\u202b',
    '\u202c',
    '\u202d',
    '\u202e',
    '\u2066',
    '\u2069',
  ],
  ...[
    '\u034f',
    '\u115f',
    '\u1160',
    '\u17b4',
    '\u3164',
    '\uffa0',
    '\u2800',
    '\u3000',
    '\u00a0',
    '\ufe0f',
    '\u{e0041}',
    '\u{e0100}',
  ],
  ...['\u0300', '\u0301', '\u0489', '\u20e3', '\u064b', '\u0651', '\u05b0', '\u0f90', '\u094d', '\u0323', '\u0345'],
  ...['e', 'a', 'ا', 'ک', 'क', 'ന', '葛', '👩', '💻', '🏴', '1', '\u1100', '\u1161', '각', 'Å'],
)
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(nasty, { maxLength: 40 }).map((parts) => parts.join('')),
  fc
    .array(fc.oneof(nasty, fc.constantFrom(...Object.values(SAMPLES))), { maxLength: 6 })
    .map((parts) => parts.join('')),
)

describe.each([
  ['cleanName', cleanName],
  ['cleanMessageText', cleanMessageText],
])('%s', (_name, clean) => {
  it.each(SAMPLE_LIST)('loses nothing of %s', (_language, text) => {
    expect(clean(text.normalize('NFC'))).toBe(text.normalize('NFC'))
    expect(clean(text.normalize('NFD'))).toBe(text.normalize('NFC'))
  })

  it('changes nothing the second time, and is always NFC and well-formed', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const once = clean(text)
        expect(clean(once)).toBe(once)
        expect(once.normalize('NFC')).toBe(once)
        expect(once).not.toMatch(/[^\P{Cc}\t\n]|\p{Surrogate}|[\u202D\u202E\u2028\u2029]/u)
      }),
      { numRuns: 2_000 },
    )
  })

  it.each(['\u0301', '\u0323', '\u0489', '\u20dd', '\u064b', '\u05b0', '\u0f90', '\u0e49', '\u3099'])(
    'shortens 400 times %j to what letters have',
    (mark) => {
      for (const text of [
        `e${mark.repeat(400)}x`,
        `e${`${mark}\u200d`.repeat(400)}x`,
        `e${`${mark}\u034f`.repeat(400)}x`,
      ]) {
        const marks =
          clean(text)
            .normalize('NFD')
            .match(/\p{M}/gu)
            ?.filter((one) => one !== '\u034f') ?? []
        expect(marks.length).toBeLessThanOrEqual(8)
        expect(clean(text)).toMatch(/x$/)
      }
    },
  )

  it('is fast with every text', () => {
    const texts = [
      '\u202a'.repeat(30_000),
      'e\u0301'.repeat(30_000),
      '\u{e0041}'.repeat(30_000),
      '\u{1F3F4}'.repeat(30_000),
      ' \u200d'.repeat(30_000),
      '\ufe0f'.repeat(60_000),
    ]
    const started = Date.now()
    for (const text of texts) clean(text)
    expect(Date.now() - started).toBeLessThan(3_000)
  })
})

describe('cleanName', () => {
  it.each([
    '',
    ' \t\n',
    '\u200b',
    '\u3164',
    '\u2800',
    '\u034f',
    '\u115f\u1160',
    '\u17b4\u17b5',
    '\uffa0',
    '\ufe0f',
    '\u{e0041}\u{e007f}',
    '\u180e',
    '\u2062',
    '\u{1d159}',
    '\u{1d173}',
    '\u00ad',
    '\u3000\u00a0\u2003',
    '\u202e\u2066\u2069',
    '\u0301',
    '\ue000',
  ])('nothing is left of %j', (name) => expect(cleanName(name)).toBe(''))

  it.each([
    ['Ben\u200b Carter', 'Ben Carter'],
    ['  Anh \n  Lê ', 'Anh Lê'],
    ['\u202eBen\u202c', 'Ben'],
    ['B\u2066en\u2069', 'Ben'],
    ['Ben\u3164Carter', 'BenCarter'],
    ['Ben\u2800Carter', 'Ben Carter'],
    ['A\u0007nn', 'Ann'],
    ['Ann\u200d', 'Ann'],
    ['A\u200dnn', 'Ann'],
    ['می\u200c\u200cخواهم\u200c', 'میخواهم'],
    ['e\u200d\u0301', 'é'],
    ['A\ufe0f\ufe0fnn', 'Ann'],
    ['Ann\u{e0041}', 'Ann'],
    ['\ud800Ann', 'Ann'],
  ])('%j is stored as %j', (name, clean) => expect(cleanName(name)).toBe(clean))
})

describe('cleanMessageText', () => {
  it.each([
    ['one\r\ntwo\rthree\u2028four\u2029five\u0085six\u000bseven', 'one\ntwo\nthree\nfour\nfive\nsix\nseven'],
    ['a\0b\u0007c\u009bd\te', 'abcd\te'],
    ['x\ud800y', 'xy'],
    ['\ufeffhello', 'hello'],
    ['https://goo\u202egle.com', 'https://google.com'],
    ['\u202bשלום', '\u202bשלום\u202c'],
    ['\u2067a\nb\u2069c', '\u2067a\u2069\nbc'],
    ['\u2066\u202bx', '\u2066\u202bx\u202c\u2069'],
    ['a\u202c\u2069b', 'ab'],
    ['a\u{e0061}\u{e0062}b', 'ab'],
    ['  indented\n\tcode ', '  indented\n\tcode '],
  ])('%j is stored as %j', (text, clean) => expect(cleanMessageText(text)).toBe(clean))

  it.each([
    '',
    ' ',
    '\n\t',
    '\u200b\u200d',
    '\ufeff',
    '\u3000',
    '\u2800',
    '\u3164',
    '\u034f',
    '\u115f',
    '\u{e0041}',
    '\u0301',
    '\0',
  ])('%j shows nothing', (text) => {
    expect(isVisible(cleanMessageText(text))).toBe(false)
  })

  it.each(['.', '。', '👍', 'ا', '1', '\uf8ff', '→'])('%j shows something', (text) => {
    expect(isVisible(cleanMessageText(text))).toBe(true)
  })
})

describe('graphemes', () => {
  it('are what a reader sees as one character', () => {
    expect(graphemes('e\u0301👨‍👩‍👧🇻🇳क्षि')).toEqual(['e\u0301', '👨‍👩‍👧', '🇻🇳', 'क्षि'])
  })

  it('are never cut', () => {
    expect(cutGraphemes('abc', 3)).toBe('abc')
    expect(cutGraphemes('abcd', 3)).toBe('ab…')
    expect(cutGraphemes('a🇻🇳🇻🇳', 4)).toBe('a🇻🇳…')
    expect(cutToBytes('a🇻🇳🇻🇳', 12)).toBe('a🇻🇳')
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'ế', 'e\u0302\u0301', '👨‍👩‍👧', '🇻🇳', 'न्')).map((parts) => parts.join('')),
        fc.integer({ min: 1, max: 30 }),
        (text, max) => {
          const cut = cutGraphemes(text, max)
          expect(characterCount(cut)).toBeLessThanOrEqual(max)
          const kept = cut === text ? text : cut.slice(0, -1)
          expect(graphemes(text).slice(0, graphemes(kept).length).join('')).toBe(kept)
          expect(byteLength(cutToBytes(text, max))).toBeLessThanOrEqual(max)
          expect(text.startsWith(cutToBytes(text, max))).toBe(true)
        },
      ),
    )
  })
})

describe('isOnlyEmoji', () => {
  it.each([
    '👍',
    '❤️',
    '❤',
    '☺️',
    '👩‍💻',
    '🏳️‍🌈',
    '🇻🇳',
    '🇻🇳🇩🇪',
    '1️⃣',
    '#️⃣ *️⃣',
    '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
    '👍🏽👍🏿',
    '😀 😀\n😀',
    '🧑🏾‍❤️‍💋‍🧑🏻',
    ' 🎉 ',
    '☝🏽',
    '⭐',
    '▶️',
    '⌚',
  ])('%j is', (text) => {
    expect(isOnlyEmoji(text)).toBe(true)
  })
  it.each([
    '',
    ' ',
    '1',
    '12',
    '#',
    '©',
    '™',
    '®',
    '©️',
    '™️',
    '😀😀😀😀',
    '😀 a',
    'ok',
    '❤\ufe0e',
    '▶',
    '↔',
    '🇻',
    '\ufe0f',
    '\u200d',
    '👍!',
    '‼',
  ])('%j is not', (text) => {
    expect(isOnlyEmoji(text)).toBe(false)
  })
})

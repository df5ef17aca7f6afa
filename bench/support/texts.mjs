// Texts as people write them: few words are common and most are rare (Zipf), some messages are Vietnamese or Chinese, some
// have a link. The same seed makes the same texts.

const WORDS = 50_000
const CONSONANTS = [
  'b',
  'c',
  'd',
  'f',
  'g',
  'h',
  'k',
  'l',
  'm',
  'n',
  'p',
  'r',
  's',
  't',
  'v',
  'w',
  'st',
  'tr',
  'ch',
  'br',
]
const VOWELS = ['a', 'e', 'i', 'o', 'u', 'ea', 'ou', 'ai']
const ENDS = ['', 'n', 'r', 's', 't', 'l', 'm', 'ng', 'ck', 'nd']
/** Adjectives and nouns of an office, in Vietnamese. */
export const VIETNAMESE =
  'họp ngày mai phòng lớn báo cáo dự án khách hàng hợp đồng nhé được rồi cảm ơn anh chị đường làm việc tuần này gửi tệp'.split(
    ' ',
  )
const CHINESE =
  '明天下午三点在会议室开会请大家准时参加项目进度客户报告文件已经发给你了谢谢没问题我们再讨论一下预算和时间安排'

/** A generator of numbers from 0 to 1 that repeats itself with its seed (mulberry32). */
export function randomOf(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const words = (() => {
  const random = randomOf(14)
  const of = (list) => list[Math.floor(random() * list.length)]
  const known = new Set()
  while (known.size < WORDS) {
    const syllables = 1 + Math.floor((known.size / WORDS) * 2 + random() * 1.8)
    known.add(Array.from({ length: syllables }, () => of(CONSONANTS) + of(VOWELS) + of(ENDS)).join(''))
  }
  return [...known]
})()

/** The word of a rank: 0 is the most common. */
export const wordAt = (rank) => words[rank % WORDS]

/** Makes texts of 4 to 19 words. */
export function textsOf(random) {
  const of = (list) => list[Math.floor(random() * list.length)]
  return () => {
    const kind = random()
    const length = 4 + Math.floor(random() * 16)
    if (kind < 0.03) {
      const start = Math.floor(random() * (CHINESE.length - 8))
      return CHINESE.slice(start, start + length)
    }
    // By the inverse of the sum of 1 / rank, which is a logarithm.
    const word = kind < 0.15 ? () => of(VIETNAMESE) : () => wordAt(Math.floor(Math.exp(random() * Math.log(WORDS))) - 1)
    const text = Array.from({ length }, word).join(' ')
    return kind > 0.95 ? `${text} https://example.org/${wordAt(Math.floor(random() * WORDS))}` : text
  }
}

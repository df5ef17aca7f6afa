import { shallowRef } from 'vue'
import { fold } from '#shared/domain/text/fold'

export interface Emoji {
  /** The emoji itself, without a skin tone. */
  text: string
  /** The number of its group, as emojibase counts them. */
  group: number
  /** Its name in the reader's language. */
  label: string
  /** It in the lightest skin tone. Empty: it has none. */
  light: string
}

/** A row of emoji.json: the emoji, its group, name and words in English, name and words in Vietnamese, lightest tone. */
type Row = [string, number, string, string, string, string, string]

interface Known {
  rows: Row[]
  /** The folded words of each row, in both languages. */
  words: string[][]
}

/** Skin tones from light to dark. */
const TONES = ['🏻', '🏼', '🏽', '🏾', '🏿']

const known = shallowRef<Known | null>(null)
let loading: Promise<void> | null = null

/** Loads the emoji and their names. @throws when they cannot be loaded now; the next call tries again */
export function loadEmoji(): Promise<void> {
  loading ??= import('./emoji.json').then(
    ({ default: rows }) => {
      const words = (rows as Row[]).map((row) => [
        ...new Set(fold(row.slice(2, 6).join(' ')).split(/[^\p{L}\p{N}+-]+/u)),
      ])
      known.value = { rows: rows as Row[], words }
    },
    (failed: unknown) => {
      loading = null
      throw failed
    },
  )
  return loading
}

/**
 * Emoji by words of their names in English and Vietnamese, with or without accents. Each typed word begins one of them.
 * An empty search finds all of them, in the order of their groups. None before they are loaded.
 */
export function findEmoji(typed: string, language: string, limit = Infinity): Emoji[] {
  if (!known.value) return []
  const { rows, words } = known.value
  const wanted = fold(typed)
    .split(/[\s_]+/)
    .filter((word) => word !== '')
  const name = wanted.join(' ')
  const named: Emoji[] = []
  const exact: Emoji[] = []
  const others: Emoji[] = []
  for (const [index, row] of rows.entries()) {
    const own = words[index]!
    if (!wanted.every((word) => own.some((one) => one.startsWith(word)))) continue
    const [, , english, codes, vietnamese] = row
    const isNamed = [english, vietnamese, codes.split(' ')[0]!.replaceAll('_', ' ')].some((one) => fold(one) === name)
    const list = isNamed ? named : wanted.every((word) => own.includes(word)) ? exact : others
    list.push(emojiOf(row, language))
  }
  return [...named, ...exact, ...others].slice(0, limit)
}

/** An emoji by itself, in any skin tone. */
export function emojiNamed(text: string, language: string): Emoji | undefined {
  const plain = text.replace(/[🏻-🏿]/gu, '')
  const row = known.value?.rows.find(
    ([emoji]) => emoji === text || emoji.replaceAll('\uFE0F', '') === plain.replaceAll('\uFE0F', ''),
  )
  return row && emojiOf(row, language)
}

/** An emoji in a skin tone, if it has any. @param tone from 0, which is none, to 5 */
export function inTone({ text, light }: Pick<Emoji, 'text' | 'light'>, tone: number): string {
  return tone > 0 && light ? light.replaceAll(TONES[0]!, TONES[tone - 1]!) : text
}

function emojiOf([text, group, english, , vietnamese, , light]: Row, language: string): Emoji {
  return { text, group, light, label: (language === 'vi' && vietnamese) || english }
}

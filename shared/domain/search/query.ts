import { termsOf, type Term } from './terms'

/** What a message can have, by the word that is typed after `has:`. */
export const HAS_KINDS = ['link', 'file', 'image', 'voice'] as const
export type HasKind = (typeof HAS_KINDS)[number]

/** A typed search: its words, and the filters among them. */
export interface ParsedSearch {
  terms: Term[]
  /** Names of senders, or `me`: one of them must have sent the message. */
  from: string[]
  /** Names of conversations: the message must be in one of them. */
  in: string[]
  has: HasKind[]
  /** Milliseconds since the epoch: the message must be older than this, and as old as that or newer. */
  before: number | null
  after: number | null
  isPinned: boolean
  mentionsMe: boolean
}

/** A filter, with the value in quotes if it has spaces; or a word. */
const PART = /(?<name>from|in|has|before|after|is|mentions):(?:["“”](?<quoted>[^"“”]*)["“”]?|(?<value>\S*))|\S+/giu
const DATE = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/
/** The most values of each filter. Further ones are ignored. */
const MAX_VALUES = 10
const MINUTE_MS = 60_000

/**
 * Parses a typed search. Filters may be anywhere between the words. What is no filter is searched for, for example
 * `has:cats`; a filter without a value is ignored, because it is still being typed.
 * @param utcOffset the minutes by which the searcher's clock is ahead of UTC, for the days of `before:` and `after:`
 */
export function parseSearch(typed: string, utcOffset = 0): ParsedSearch {
  const parsed: ParsedSearch = {
    terms: [],
    from: [],
    in: [],
    has: [],
    before: null,
    after: null,
    isPinned: false,
    mentionsMe: false,
  }
  const words: string[] = []
  for (const { 0: part, groups } of typed.matchAll(PART)) {
    const value = (groups?.quoted ?? groups?.value ?? '').trim()
    if (!groups?.name || !applyFilter(parsed, groups.name.toLowerCase(), value, utcOffset)) words.push(part)
  }
  parsed.terms = termsOf(words.join(' '))
  return parsed
}

/** @returns false when it is no filter, but words */
function applyFilter(parsed: ParsedSearch, name: string, value: string, utcOffset: number): boolean {
  if (value === '') return true
  const lower = value.toLowerCase()
  switch (name) {
    case 'from':
    case 'in':
      if (parsed[name].length < MAX_VALUES) parsed[name].push(value.replace(/^@/, ''))
      return true
    case 'has': {
      const kind = HAS_KINDS.find((one) => one === lower || `${one}s` === lower)
      if (kind && !parsed.has.includes(kind)) parsed.has.push(kind)
      return kind !== undefined
    }
    case 'is':
      parsed.isPinned ||= lower === 'pinned'
      return lower === 'pinned'
    case 'mentions':
      parsed.mentionsMe ||= lower === 'me'
      return lower === 'me'
    default: {
      const day = startOfDay(value, utcOffset)
      if (day === null) return false
      if (name === 'before') parsed.before = Math.min(parsed.before ?? Infinity, day)
      else parsed.after = Math.max(parsed.after ?? -Infinity, day)
      return true
    }
  }
}

/** When a day, month or year begins, in milliseconds since the epoch. Null: there is no such day. */
function startOfDay(value: string, utcOffset: number): number | null {
  const [, year, month = '1', day = '1'] = DATE.exec(value) ?? []
  if (year === undefined) return null
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return null
  return date.getTime() - utcOffset * MINUTE_MS
}

/** Whether a typed search asks for anything. */
export function isEmptySearch(parsed: ParsedSearch): boolean {
  const { terms, from, has, before, after, isPinned, mentionsMe } = parsed
  const names = [...terms, ...from, ...parsed.in, ...has]
  return names.length === 0 && before === null && after === null && !isPinned && !mentionsMe
}

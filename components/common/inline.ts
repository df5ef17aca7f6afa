import MarkdownIt, { type StateInline } from 'markdown-it'
import { findLinks, linkTo, type Link } from '#shared/domain/text/links'

/** A part of a line. */
export type Run =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'bold' | 'italic' | 'strike' | 'spoiler'; runs: Run[] }
  | { kind: 'link'; text: string; link: Link }

/** The name under which the parser knows the links of the text. Signs in them mean nothing. */
const LINKS = 'links'

const KIND = { strong: 'bold', em: 'italic', s: 'strike', spoiler: 'spoiler' } as const
/** Characters at which a rule may begin. */
const SIGNS = new Set(Array.from('*_~`|[\\', (sign) => sign.charCodeAt(0)))
const ESCAPED = /[*_~`|[\]>-]/
const LINK = /\[([^[\]\n]{1,400})\]\(((?:https?:\/\/|mailto:)[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*)\)/iy

const parser = new MarkdownIt('zero', { maxNesting: 20 }).enable(['backticks', 'strikethrough', 'emphasis'])
parser.inline.ruler.at('text', plain)
parser.inline.ruler.before('text', 'address', address)
parser.inline.ruler.push('spoiler', spoiler)
parser.inline.ruler.push('link', link)
parser.inline.ruler.push('escape', escape)

/** The runs of a text. Every character of it that is no sign is in one of them. */
export function inlineOf(text: string): Run[] {
  const open: { kind: keyof typeof KIND; runs: Run[] }[] = []
  let runs: Run[] = []
  const outer: Run[][] = []
  for (const { type, content, nesting, meta } of parser.parseInline(text, { [LINKS]: linksIn(text) })[0]?.children ??
    []) {
    const name = type.replace(/_(?:open|close)$/, '') as keyof typeof KIND
    if (nesting === 1) {
      outer.push(runs)
      open.push({ kind: name, runs: (runs = []) })
    } else if (nesting === -1) {
      const done = open.pop()!
      runs = outer.pop()!
      runs.push({ kind: KIND[done.kind], runs: done.runs })
    } else if (type === 'code_inline') runs.push({ kind: 'code', text: content })
    else if (type === 'link') runs.push({ kind: 'link', text: content, link: meta as unknown as Link })
    else if (content !== '') runs.push({ kind: 'text', text: content })
  }
  return runs
}

/** The links of a text as it was typed, without signs at their ends. The right to send links sees the same ones. */
function linksIn(text: string): Link[] {
  return findLinks(text).map((found) => {
    const typed = text.slice(found.start, found.end)
    const address = typed.replace(/[*_~|`]+$/, '')
    const [whole] = address === typed ? [] : findLinks(address)
    const isWhole = whole?.start === 0 && whole.end === address.length
    return isWhole ? { ...whole, start: found.start, end: found.start + address.length } : found
  })
}

function linksOf({ env }: StateInline): Link[] {
  return env[LINKS] as Link[]
}

/** A link that was typed as its address. */
function address(state: StateInline, silent: boolean): boolean {
  const links = linksOf(state)
  const found = links[firstFrom(links, state.pos)]
  if (found?.start !== state.pos || found.end > state.posMax) return false
  if (!silent)
    Object.assign(state.push('link', 'a', 0), { content: state.src.slice(found.start, found.end), meta: found })
  state.pos = found.end
  return true
}

/** Text up to the next sign or link. */
function plain(state: StateInline, silent: boolean): boolean {
  const links = linksOf(state)
  const end = Math.min(state.posMax, links[firstFrom(links, state.pos + 1)]?.start ?? Infinity)
  let at = state.pos
  while (at < end && !SIGNS.has(state.src.charCodeAt(at))) at++
  if (at === state.pos) return false
  if (!silent) state.pending += state.src.slice(state.pos, at)
  state.pos = at
  return true
}

/** The index of the first link that begins at or after a position. */
function firstFrom(links: readonly Link[], position: number): number {
  let [low, high] = [0, links.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (links[middle]!.start < position) low = middle + 1
    else high = middle
  }
  return low
}

function spoiler(state: StateInline, silent: boolean): boolean {
  const { src, pos, posMax } = state
  if (!src.startsWith('||', pos)) return false
  const end = src.indexOf('||', pos + 2)
  if (end < 0 || end + 2 > posMax || src.slice(pos + 2, end).trim() === '') return false
  if (!silent) {
    state.push('spoiler_open', 'span', 1)
    Object.assign(state, { pos: pos + 2, posMax: end })
    state.md.inline.tokenize(state)
    state.push('spoiler_close', 'span', -1)
  }
  Object.assign(state, { pos: end + 2, posMax })
  return true
}

function link(state: StateInline, silent: boolean): boolean {
  LINK.lastIndex = state.pos
  const match = state.src.charCodeAt(state.pos) === 0x5b ? LINK.exec(state.src) : null
  if (!match || LINK.lastIndex > state.posMax) return false
  const [whole, label, target] = match as unknown as [string, string, string]
  const begin = state.pos + label.length + 3
  const links = linksOf(state)
  const isKnown = links[firstFrom(links, begin)]?.start === begin
  const to = label.trim() === '' || !isKnown ? null : linkTo(target, label)
  if (!to) return false
  if (!silent) Object.assign(state.push('link', 'a', 0), { content: label, meta: to })
  state.pos += whole.length
  return true
}

/** A sign behind a backslash is itself. The arms of ¯\_(ツ)_/¯ are no signs. */
function escape(state: StateInline, silent: boolean): boolean {
  const { src, pos } = state
  if (src[pos] !== '\\' || !ESCAPED.test(src[pos + 1] ?? '')) return false
  if (!silent) state.pending += src[pos - 1] === '¯' ? src.slice(pos, pos + 2) : src[pos + 1]
  state.pos += 2
  return true
}

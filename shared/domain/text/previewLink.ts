import { findLinks } from './links'

/** The beginning of a line that begins or ends a block of code. */
const FENCE = /^`{3,}/
/** Signs of formatting right behind a link, which are not part of it. */
const SIGNS_AFTER = /(?:\*|~~|__)+$/

/**
 * The link of a text that its preview is about: the first one to a web page. A link in code or in a spoiler is none, and one
 * that people may take for another has no preview.
 * @returns its address; null: the text has no such link
 */
export function previewLink(text: string): string | null {
  const link = findLinks(withoutHidden(text)).find(({ href }) => /^https?:/i.test(href))
  return link && link.realHost === null ? link.href.replace(SIGNS_AFTER, '') : null
}

/** A text with spaces in the place of its code and its spoilers, so that everything else stays where it is. */
function withoutHidden(text: string): string {
  if (!/`|\|\|/.test(text)) return text
  let isFenced = false
  const lines = text.split('\n').map((line) => {
    const isFence = FENCE.test(line)
    const isCode = isFence || isFenced
    if (isFence) isFenced = !isFenced
    return isCode ? blank(line) : line
  })
  return withoutSpoilers(withoutInlineCode(lines.join('\n')))
}

/** Blanks what stands between two runs of equally many backticks. */
function withoutInlineCode(text: string): string {
  const runs = [...text.matchAll(/`+/g)]
  const next = new Map<number, number>()
  const closing = new Map<number, number>()
  for (let at = runs.length - 1; at >= 0; at--) {
    const { length } = runs[at]![0]
    const end = next.get(length)
    if (end !== undefined) closing.set(at, end)
    next.set(length, at)
  }
  let clear = ''
  let from = 0
  for (let at = 0; at < runs.length; at++) {
    const end = closing.get(at)
    if (end === undefined) continue
    const until = runs[end]!.index + runs[end]![0].length
    clear += text.slice(from, runs[at]!.index) + blank(text.slice(runs[at]!.index, until))
    from = until
    at = end
  }
  return clear + text.slice(from)
}

function withoutSpoilers(text: string): string {
  const parts = text.split('||')
  return parts.map((part, index) => (index % 2 === 1 ? blank(part) : part)).join('||')
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ')
}

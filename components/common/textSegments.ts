import type { Link } from '#shared/domain/text/links'
import { splitMentions } from '#shared/domain/text/mentions'

/** A part of a text: a link, a mention or plain text. */
export interface Segment {
  text: string
  link: Link | null
  /** The person whom it mentions. */
  userId: string | null
  /** Whether it is `@all`. */
  all: boolean
}

/**
 * Splits a text into links, mentions and other text. Nothing of the text is changed or lost.
 * @param links the links in it, in order
 */
export function segmentsOf(text: string, links: readonly Link[]): Segment[] {
  const segments: Segment[] = []
  const add = (part: string) => segments.push(...splitMentions(part).map((segment) => ({ ...segment, link: null })))
  let end = 0
  for (const link of links) {
    if (link.start > end) add(text.slice(end, link.start))
    segments.push({ text: text.slice(link.start, link.end), link, userId: null, all: false })
    end = link.end
  }
  if (end < text.length || segments.length === 0) add(text.slice(end))
  return segments
}

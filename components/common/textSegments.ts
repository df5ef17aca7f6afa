import { findLinks, type Link } from '#shared/domain/text/links'

export interface Segment {
  text: string
  /** Null for plain text. */
  link: Link | null
}

/** Splits a text into links and other text. Nothing of the text is changed or lost. */
export function segmentsOf(text: string): Segment[] {
  const segments: Segment[] = []
  let end = 0
  for (const link of findLinks(text)) {
    if (link.start > end) segments.push({ text: text.slice(end, link.start), link: null })
    segments.push({ text: text.slice(link.start, link.end), link })
    end = link.end
  }
  if (end < text.length || segments.length === 0) segments.push({ text: text.slice(end), link: null })
  return segments
}

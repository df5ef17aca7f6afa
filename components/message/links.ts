import LinkifyIt from 'linkify-it'

export interface Segment {
  text: string
  /** Null for plain text. */
  href: string | null
}

const finder = new LinkifyIt({ fuzzyIP: false })
  .add('ftp:', null)
  .add('//', null)
  .tlds(['app', 'dev', 'blog', 'cloud', 'shop', 'site', 'online', 'tech', 'team', 'chat', 'page', 'page', 'store'], true)

/** The protocols that may be followed; everything else stays text. */
const SAFE = new Set(['http:', 'https:', 'mailto:'])

/** A text in pieces: what is a link and what is not. Nothing of the text is changed or lost. */
export function segmentsOf(text: string): Segment[] {
  if (!finder.pretest(text)) return [{ text, href: null }]
  const segments: Segment[] = []
  let end = 0
  for (const found of finder.match(text) ?? []) {
    const href = safeAddress(found.schema === '' ? found.url.replace(/^http:/, 'https:') : found.url)
    if (!href) continue
    if (found.index > end) segments.push({ text: text.slice(end, found.index), href: null })
    segments.push({ text: found.raw, href })
    end = found.lastIndex
  }
  if (end < text.length) segments.push({ text: text.slice(end), href: null })
  return segments
}

function safeAddress(url: string): string | null {
  try {
    return SAFE.has(new URL(url).protocol) ? url : null
  } catch {
    return null
  }
}

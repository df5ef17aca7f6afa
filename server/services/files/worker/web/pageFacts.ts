import { Parser } from 'htmlparser2'
import type { PageFacts } from '../protocol'

/** The most code units of each fact. The server cleans and cuts it further. */
const MAX_FACT_UNITS = 2_000
/** The bytes at the beginning of a page that may name its encoding (WHATWG HTML, 13.2.3.2). */
const SNIFFED_BYTES = 1_024
/** The names of a page's facts, the best first. */
const NAMES = {
  title: ['og:title', 'twitter:title', '<title>'],
  description: ['og:description', 'twitter:description', 'description'],
  site: ['og:site_name', 'application-name'],
  image: ['og:image:secure_url', 'og:image', 'og:image:url', 'twitter:image', 'twitter:image:src'],
} as const
const KNOWN = new Set<string>(Object.values(NAMES).flat())

/**
 * Reads what a page says about itself in its head. It reads no further than the head, and a page that is cut off counts as
 * far as it came.
 * @param contentType the header of the answer, which may name the encoding
 */
export async function readPageFacts(body: AsyncIterable<Buffer>, contentType: string): Promise<PageFacts> {
  const head = new Head()
  let decoder: TextDecoder | undefined
  try {
    for await (const chunk of body) {
      decoder ??= decoderOf(contentType, chunk)
      head.write(decoder.decode(chunk, { stream: true }))
      if (head.isOver) break
    }
  } catch (error) {
    if (head.isEmpty) throw error
  }
  return head.facts()
}

/** The head of a page, which is parsed piece by piece. */
class Head {
  isOver = false
  private readonly found = new Map<string, string>()
  private isTitle = false
  private readonly parser = new Parser({
    onopentag: (name, attributes) => {
      if (name === 'body') this.isOver = true
      else if (name === 'meta') this.note(attributes.property ?? attributes.name, attributes.content)
      else if (name === 'title') this.isTitle = !this.isOver && !this.found.has('<title>')
    },
    ontext: (text) => {
      if (!this.isTitle) return
      const before = this.found.get('<title>') ?? ''
      this.found.set('<title>', (before + text).slice(0, MAX_FACT_UNITS))
    },
    onclosetag: (name) => {
      if (name === 'title') this.isTitle = false
      else if (name === 'head') this.isOver = true
    },
  })

  get isEmpty(): boolean {
    return this.found.size === 0
  }

  write(html: string): void {
    this.parser.write(html)
  }

  facts(): PageFacts {
    const factOf = (names: readonly string[]) =>
      names.map((name) => this.found.get(name)).find((value) => value !== undefined) ?? ''
    const { title, description, site, image } = NAMES
    return { title: factOf(title), description: factOf(description), site: factOf(site), image: factOf(image) }
  }

  /** Notes a fact that a `meta` states. The first one counts. */
  private note(name: string | undefined, value: string | undefined): void {
    const key = name?.trim().toLowerCase() ?? ''
    if (this.isOver || !KNOWN.has(key) || this.found.has(key) || !value?.trim()) return
    this.found.set(key, value.trim().slice(0, MAX_FACT_UNITS))
  }
}

/** A decoder for the encoding that a page states: in the header of the answer, or in its first bytes. */
function decoderOf(contentType: string, first: Buffer): TextDecoder {
  const stated = (text: string) => /charset\s*=\s*["']?\s*([\w:.-]{1,40})/i.exec(text)?.[1]
  const label = stated(contentType) ?? stated(first.toString('latin1', 0, SNIFFED_BYTES)) ?? 'utf-8'
  try {
    return new TextDecoder(label)
  } catch {
    return new TextDecoder()
  }
}

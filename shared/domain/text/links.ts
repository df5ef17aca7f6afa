import LinkifyIt from 'linkify-it'
import type { Writing } from '../writing'
import { looksLikeAnother } from './hosts'

/** A link in a text. */
export interface Link {
  /** Its position in the text, in code units. */
  start: number
  end: number
  href: string
  /** The host that it really leads to, if people may take it for another one; otherwise null. */
  realHost: string | null
}

/** The top-level domains that are recognized without a protocol, besides all two-letter ones. */
const TOP_LEVEL_DOMAINS =
  'app art blog chat click cloud club design dev email fun games health international life link live media network news ' +
  'online page party photos pics site social software solutions space store studio support systems team tech tips today ' +
  'tools top tours travel video watch website wiki work works world xyz zone'
/**
 * Top-level domains that are file extensions too: `setup.py` is a file, `docs.rs/serde` and `https://docs.rs` are
 * links.
 */
const FILE_EXTENSION = /\.(?:cc|md|ml|mk|mm|mov|pm|ps|py|rs|sh|so|tf|ts|zip)$/i
/** Fullwidth punctuation and typographic quotes, which end a link and may precede one. */
const SEPARATORS =
  /[\u00AB\u00BB\u2013\u2014\u2018-\u201F\u2026\u2039\u203A\u3000-\u3003\u3008-\u301F\u30FB\uFF01-\uFF0F\uFF1A-\uFF20\uFF3B-\uFF40\uFF5B-\uFF65]/g
/** Letters right before an address, in scripts that use no spaces. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}](?=https?:\/\/|www\.)/giu
/** The protocols that links may have. Everything else stays text. */
const SAFE = new Set(['http:', 'https:', 'mailto:'])

const finder = new LinkifyIt({ fuzzyIP: false })
  .add('ftp:', null)
  .add('//', null)
  .tlds(TOP_LEVEL_DOMAINS.split(' '), true)

/** All links in a text, in order. The right `sendLink`, the bubble and the list of shared links use the same ones. */
export function findLinks(text: string): Link[] {
  // Each replacement is as long as what it replaces, so that positions stay.
  const readable = text.replace(SEPARATORS, ' ').replace(UNSPACED, (letter) => ' '.repeat(letter.length))
  if (!finder.pretest(readable)) return []
  return (finder.match(readable) ?? []).flatMap(({ schema, raw, url, index, lastIndex }) => {
    const isBare = schema === ''
    if (isBare && FILE_EXTENSION.test(raw) && !/^www\./i.test(raw)) return []
    const href = isBare ? url.replace(/^http:/, 'https:') : url
    const address = parseSafe(href)
    if (!address) return []
    return [{ start: index, end: lastIndex, href, realHost: looksLikeAnother(raw, address) ? hostOf(address) : null }]
  })
}

/**
 * The link of an address that is written behind a text: `[text](address)`. Null: it is no whole link.
 * @returns with `realHost`, unless the text is the address
 */
export function linkTo(address: string, text: string): Link | null {
  const [link, ...others] = findLinks(address)
  if (!link || others.length > 0 || link.start > 0 || link.end < address.length) return null
  const shown = findLinks(text.trim())[0]
  const isSame = shown?.href === link.href && shown.end - shown.start === text.trim().length
  return isSame ? link : { ...link, realHost: hostOf(new URL(link.href)) }
}

/** Whether a text contains a link. */
export function containsLink(text: string): boolean {
  return findLinks(text).length > 0
}

/** A text for the rules of writing. */
export function writingOf(text: string): Writing {
  return { text, hasLink: containsLink(text) }
}

/** The host of a link, or of the address in a `mailto:` link, in ASCII as DNS uses it. */
function hostOf(address: URL): string {
  return address.host || (parseSafe(`https://${address.pathname.split('@').at(-1)!}`)?.host ?? address.pathname)
}

function parseSafe(href: string): URL | null {
  try {
    const address = new URL(href)
    return SAFE.has(address.protocol) ? address : null
  } catch {
    return null
  }
}

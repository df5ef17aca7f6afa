import LinkifyIt from 'linkify-it'
import { looksLikeAnother } from './hosts'

/** A part of a text that people follow. */
export interface Link {
  /** Where it stands in the text. */
  start: number
  end: number
  href: string
  /** The host that it really leads to, where what is written may be taken for another one; else null. */
  realHost: string | null
}

/** Endings of hosts besides those of countries, which are two letters. */
const ENDINGS =
  'app art blog chat click cloud club design dev email fun games health international life link live media network news ' +
  'online page party photos pics site social software solutions space store studio support systems team tech tips today ' +
  'tools top tours travel video watch website wiki work works world xyz zone'
/** Endings of hosts that are also those of files: `setup.py` is a file, `docs.rs/serde` and `https://docs.rs` are links. */
const FILE_ENDING = /\.(?:cc|md|ml|mk|mm|mov|pm|ps|py|rs|sh|so|tf|ts|zip)$/i
/** Punctuation of full width and typographic quotes end a link, and one may begin behind them. */
const SEPARATORS = /[\u00AB\u00BB\u2013\u2014\u2018-\u201F\u2026\u2039\u203A\u3000-\u3003\u3008-\u301F\u30FB\uFF01-\uFF0F\uFF1A-\uFF20\uFF3B-\uFF40\uFF5B-\uFF65]/g
/** Letters of scripts that put no space before an address. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}](?=https?:\/\/|www\.)/giu
/** The protocols that may be followed; everything else stays text. */
const SAFE = new Set(['http:', 'https:', 'mailto:'])

const finder = new LinkifyIt({ fuzzyIP: false }).add('ftp:', null).add('//', null).tlds(ENDINGS.split(' '), true)

/** Everything in a text that is a link, in its order: the same for the rule about links, the bubble and the shared list. */
export function findLinks(text: string): Link[] {
  // Each replacement is as long as what it stands for, so that places stay.
  const readable = text.replace(SEPARATORS, ' ').replace(UNSPACED, (letter) => ' '.repeat(letter.length))
  if (!finder.pretest(readable)) return []
  return (finder.match(readable) ?? []).flatMap(({ schema, raw, url, index, lastIndex }) => {
    const isBare = schema === ''
    if (isBare && FILE_ENDING.test(raw) && !/^www\./i.test(raw)) return []
    const href = isBare ? url.replace(/^http:/, 'https:') : url
    const address = parsed(href)
    if (!address) return []
    return [{ start: index, end: lastIndex, href, realHost: looksLikeAnother(raw, address) ? hostOf(address) : null }]
  })
}

/** Whether a text has something that people would follow. */
export function containsLink(text: string): boolean {
  return findLinks(text).length > 0
}

/** The host of an address, of a mail address too, in the ASCII that the network is asked with. */
function hostOf(address: URL): string {
  return address.host || (parsed(`https://${address.pathname.split('@').at(-1)!}`)?.host ?? address.pathname)
}

function parsed(href: string): URL | null {
  try {
    const address = new URL(href)
    return SAFE.has(address.protocol) ? address : null
  } catch {
    return null
  }
}

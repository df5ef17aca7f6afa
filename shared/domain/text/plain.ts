/** What stands for hidden text in lists and quotes. */
const HIDDEN = '▒▒▒'
/** Code units that are read. No excerpt is longer. */
const MAX_LENGTH = 2_000
/** Signs within signs that are removed. */
const MAX_DEPTH = 3
/** Signs at the beginning of a line: fences of code, quotes. */
const LINE_SIGNS = /^(?:`{3,}[^`\n]*$\n?|(?:> ?)+)/gm
/** Links are left as they are; everything else is a sign before and after a text. */
const SIGNS = new RegExp(
  [
    '(?:https?:\\/\\/|www\\.)[^\\s()]+',
    // Not the arms of ¯\\_(ツ)_/¯.
    '(?<!¯)\\\\(?<escaped>[*_~`|[\\]>-])',
    '¯\\\\_',
    '\\|\\|(?<hidden>[^|]+)\\|\\|',
    '\\[(?<label>[^[\\]\\n]{1,400})\\]\\((?:https?:\\/\\/|mailto:)[^\\s()]*\\)',
    '`+(?<code>[^`]+)`+',
    '\\*\\*(?=[^\\s*])(?<bold>[^*]*[^\\s*])\\*\\*',
    '\\*(?=[^\\s*])(?<italic>[^*]*[^\\s*])\\*',
    '~~(?=[^\\s~])(?<strike>[^~]*[^\\s~])~~',
    '(?<![\\p{L}\\p{N}_])__(?=[^\\s_])(?<strong>[^_]*[^\\s_])__(?![\\p{L}\\p{N}_])',
    '(?<![\\p{L}\\p{N}_])_(?=[^\\s_])(?<slanted>[^_]*[^\\s_])_(?![\\p{L}\\p{N}_])',
  ].join('|'),
  'gu',
)

/** The beginning of a formatted text without its signs, and without what a spoiler hides. */
export function plainText(text: string): string {
  const begun = text.slice(0, MAX_LENGTH)
  if (!/[*_~`>|]|\]\(/.test(begun)) return begun
  // A spoiler that was cut is hidden too.
  const closed = begun.length < text.length && begun.split('||').length % 2 === 0 ? `${begun}||` : begun
  return withoutSigns(closed.replace(LINE_SIGNS, ''), 0)
}

function withoutSigns(text: string, depth: number): string {
  return text.replace(SIGNS, (whole, ...more) => {
    const { hidden, escaped, code, ...groups } = more.at(-1) as Record<string, string | undefined>
    if (hidden !== undefined) return HIDDEN
    const literal = escaped ?? code
    if (literal !== undefined) return literal
    const inner = Object.values(groups).find((group) => group !== undefined)
    if (inner === undefined) return whole
    return depth < MAX_DEPTH ? withoutSigns(inner, depth + 1) : inner
  })
}

/** The scripts that a word may mix (UTS 39, Highly Restrictive): Latin with Japanese, Chinese or Korean. */
const WRITING_SYSTEMS = [
  ['Han', 'Hiragana', 'Katakana'],
  ['Han', 'Bopomofo'],
  ['Han', 'Hangul'],
].map(
  (scripts) =>
    new RegExp(
      `^[\\p{Script=Latin}${scripts.map((script) => `\\p{Script_Extensions=${script}}`).join('')}\\p{Script=Common}\\p{Script=Inherited}]+$`,
      'u',
    ),
)
/** The scripts of host names. A word may have the letters of one of them. */
const SCRIPTS = [
  ...[
    'Latin',
    'Cyrillic',
    'Greek',
    'Armenian',
    'Georgian',
    'Hebrew',
    'Arabic',
    'Devanagari',
    'Bengali',
    'Gurmukhi',
    'Gujarati',
    'Tamil',
  ],
  ...[
    'Telugu',
    'Kannada',
    'Malayalam',
    'Sinhala',
    'Thai',
    'Lao',
    'Khmer',
    'Myanmar',
    'Ethiopic',
    'Han',
    'Hiragana',
    'Katakana',
    'Hangul',
  ],
].map((script) => new RegExp(`^[\\p{Script_Extensions=${script}}\\p{Script=Common}\\p{Script=Inherited}]+$`, 'u'))
/** Cyrillic, Greek and Armenian letters that look like Latin ones. A label of only these reads as Latin. */
const LATIN_LOOKS = /^[аьсԁеһіїјӏорԛгѕуѵѡԝхңαγικνορτυωηօոսցզյհ\d-]+$/u
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/u
const ASCII = /^[\x20-\x7E]*$/

/**
 * Whether people may take a link for one to another host. That is so if it has invisible characters or changes of the
 * direction, a user name before an `@`, or a label that mixes scripts or looks like Latin without being it.
 * @param raw the link as it is written
 * @param address the same, parsed
 */
export function looksLikeAnother(raw: string, address: URL): boolean {
  if (INVISIBLE.test(raw)) return true
  if (address.username !== '' || address.password !== '') return true
  const host = writtenHost(raw)
  if (ASCII.test(host)) return false
  const labels = host.split('.')
  const isLatinTopLevel = ASCII.test(labels.at(-1)!)
  return labels.some(
    (label) => mixesScripts(label) || (isLatinTopLevel && !ASCII.test(label) && LATIN_LOOKS.test(label)),
  )
}

function writtenHost(raw: string): string {
  const authority = raw.replace(/^(?:https?:)?\/\/|^mailto:/i, '').split(/[/?#\\]/)[0]!
  return authority.split('@').at(-1)!.replace(/:\d+$/, '').normalize('NFKC').toLowerCase()
}

function mixesScripts(label: string): boolean {
  if (ASCII.test(label)) return false
  return ![...SCRIPTS, ...WRITING_SYSTEMS].some((script) => script.test(label))
}

/**
 * Makes shared/domain/text/confusables.ts: which characters look alike (Unicode's confusables, from the package
 * unhomoglyph). To keep it small, it leaves out the characters that `skeletonOf` changes before it uses the table: by
 * compatibility folding, by decomposition, or because they are invisible.
 */
import { createRequire } from 'node:module'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const table = createRequire(import.meta.url)('unhomoglyph/data.json')
const normal = (text) =>
  text
    .normalize('NFKC')
    .normalize('NFD')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')

/** The lines of the table: a character, a tab, and all characters that look like it. */
export function confusables() {
  const lookers = new Map()
  for (const [character, target] of Object.entries(table)) {
    if (normal(character) !== character || !/[\p{L}\p{N}\p{M}]/u.test(character)) continue
    lookers.set(normal(target), (lookers.get(normal(target)) ?? '') + character)
  }
  return [...lookers].map(([target, characters]) => `${target}\t${characters}`)
}

export function confusablesModule() {
  return `/**
 * Made by scripts/makeConfusables.mjs from Unicode's confusables. A line has a character, a tab, and its look-alikes.
 */
export const CONFUSABLES = ${JSON.stringify(confusables().join('\n'))}
`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('../shared/domain/text/confusables.ts', import.meta.url), confusablesModule())
}

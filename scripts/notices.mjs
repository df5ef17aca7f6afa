// Writes the notices of the packages in the product: name, version, licence and its text, from package-lock.json and
// node_modules. `npm run build` calls it. To write another file: node scripts/notices.mjs FILE
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const FILE = process.argv[2] ?? '.output/THIRD-PARTY-NOTICES.txt'
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'))

/** The text of a package's licence. Undefined: the package has none. */
function textOf(folder) {
  const name = readdirSync(folder).find((file) => /^(licen[cs]e|copying)/i.test(file))
  return name && readFileSync(join(folder, name), 'utf8').trim()
}

// Packages that are not installed are for other platforms.
const shipped = Object.entries(packages).filter(([folder, { dev }]) => folder !== '' && !dev && existsSync(folder))
const byText = new Map()
for (const [folder, { version }] of shipped) {
  const { name, license, licenses } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const terms = license?.type ?? license ?? licenses?.map(({ type }) => type).join(' or ')
  const text = textOf(folder)
  if (!terms && !text) throw new Error(`${name} states no licence: ask its authors, or do without it.`)
  const key = text ?? `This package states its licence and brings no text: ${terms}`
  byText.set(key, [...(byText.get(key) ?? []), `${name} ${version} (${terms ?? 'see the text'})`])
}

const parts = [...byText].map(([text, names]) => `${[...new Set(names)].sort().join('\n')}\n\n${text}\n`)
const head = 'WebChat is built with these packages. Not every one of them is part of what runs.\n'
writeFileSync(FILE, [head, ...parts].join(`\n${'-'.repeat(80)}\n\n`))
console.log(`${FILE}: the notices of ${shipped.length} packages`)

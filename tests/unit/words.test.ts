import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const FOLDERS = [
  '.github',
  'assets',
  'bench',
  'client',
  'components',
  'composables',
  'docs',
  'i18n',
  'infra',
  'layouts',
  'middleware',
  'modules',
  'pages',
  'plugins',
  'scripts',
  'server',
  'shared',
  'stores',
  'tests',
]
/** Words of the table that some file still has, until they are renamed. */
const NOT_YET: string[] = []

/** The words that the glossary gave up: the first column of its table. */
const forbidden = /## What we do not say\n([^]*?)\n\n[^|\n]/
  .exec(readFileSync('docs/glossary.md', 'utf8').replace(/\n\nA `\*`.*\n/, '\n'))![1]!
  .split('\n')
  .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, word]) => word!))

const inRoot = readdirSync('.', { withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ name }) => name)

/** Everything that people write: code, docs, tests, the cloud. The glossary and this test name the words themselves. */
const files = [
  ...inRoot,
  ...FOLDERS.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  ),
]
  .filter((name) => /\.(ts|vue|mjs|css|json|md|tf|tfvars|hcl|sh|ya?ml)$|(^|\/)Dockerfile$/.test(name))
  .filter((name) => !/node_modules|\.terraform|package-lock\.json/.test(name))
  .filter(
    (name) =>
      name !== 'docs/glossary.md' && name !== 'tests/unit/words.test.ts' && name !== 'components/emoji/emoji.json',
  )
  .map((name) => ({ name, text: readFileSync(name, 'utf8') }))

/** The files that have a word; a `*` stands for what begins with a capital. */
function filesWith(word: string): string[] {
  const pattern = new RegExp(word.endsWith('*') ? `\\b${word.slice(0, -1)}[A-Z]\\w*` : `\\b${word}\\b`)
  return files.filter(({ text }) => pattern.test(text)).map(({ name }) => name)
}

it('knows the words that the glossary forbids', () => {
  expect(forbidden).toEqual(expect.arrayContaining(['Tellings', 'MOST_*', 'doomed', 'tellLeft']))
})

it.each(forbidden.filter((word) => !NOT_YET.includes(word)))('the code does not say %s', (word) => {
  expect(filesWith(word)).toEqual([])
})

it('lists no word as still to be renamed that is no longer used', () => {
  expect(NOT_YET.filter((word) => filesWith(word).length === 0)).toEqual([])
})

/** Names under which browsers have stored something, names of the browser itself, and the parameter of a sentence. */
const STORED_NAMES: Record<string, RegExp> = {
  'client/voice/listening.ts': /\b(places|told)\b/g,
  'client/uploads': /\bplace\b/g,
  'components/notification/screens.ts': /\bheld\b/g,
  'components/voice/VoiceWaveform.vue': /\bplace:/g,
}

/** The names of a file: its text without comments and literals. */
function namesIn({ name, text }: { name: string; text: string }): string {
  const stored = Object.keys(STORED_NAMES).find((path) => name.startsWith(path))
  const code = text.replace(/<!--[^]*?-->|\/\*[^]*?\*\/|\/\/.*/g, '').replace(/'[^'\n]*'|"[^"]*"/g, '')
  return stored ? code.replace(STORED_NAMES[stored]!, '') : code
}

it('the page names nothing told, held or placed', () => {
  const page = files.filter(({ name }) => /^(client|stores|composables|components)\//.test(name))
  const given = /(?<!-)\b(told|held|placed?|places)\b|[a-z](Told|Held|Placed?|Places)\b|\b(told|held)[A-Z]/
  expect(page.filter((file) => given.test(namesIn(file))).map(({ name }) => name)).toEqual([])
})

it('the server and the shared rules declare no name with too many meanings', () => {
  const plain = /^(place|room|told|held|hears?|heard|reached)s?$|^(place|room|told|held|hear|reached)(?=[A-Z])/
  expect(
    files
      .filter(({ name }) => /^(server|shared)\//.test(name))
      .flatMap((file) =>
        [...namesIn(file).matchAll(/\b(?:const|let|function|class|interface|type)\s+(\w+)/g)]
          .filter(([, declared]) => plain.test(declared!))
          .map(([, declared]) => `${file.name}: ${declared}`),
      ),
  ).toEqual([])
})

it('says "they" of people, except in the talk of the demo workspace', () => {
  const others = files.filter(({ name }) => !/^scripts\/seed\/(groups|workspace)\.mjs/.test(name))
  expect(
    others.filter(({ text }) => /\b(he|his|him|himself|she|hers|herself)\b/i.test(text)).map(({ name }) => name),
  ).toEqual([])
})

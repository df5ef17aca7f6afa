import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, it } from 'vitest'

/** The folders of components/ from the lowest to the highest. A folder uses itself and what stands before it. */
const ORDER = [
  'common',
  'emoji',
  'avatar',
  'connection',
  'invite',
  'file',
  'voice',
  'composer',
  'lightbox',
  'message',
  'gallery',
  'person',
  'group',
  'details',
  'account',
  'search',
  'conversation',
  'notification',
]

const folderOf = (file: string) => file.split('/')[1]!
const files = readdirSync('components', { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(ts|vue)$/.test(file))
  .map((file) => join('components', file))
const tags = new Map(files.filter((file) => file.endsWith('.vue')).map((file) => [basename(file, '.vue'), file]))

/** The files of components/ that a file uses, by an import or by a tag of its template. */
function usedBy(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  const imported = [...text.matchAll(/from '([^']+)'|import\('([^']+)'\)/g)].flatMap(([, plain, lazy]) => {
    const path = (plain ?? lazy)!
    if (path.startsWith('.')) return [join(file, '..', path)]
    return path.startsWith('~/components/') ? [path.slice(2)] : []
  })
  const tagged = [...text.matchAll(/<(?:Lazy)?([A-Z]\w+)/g)].flatMap(([, name]) => tags.get(name!) ?? [])
  return [...imported, ...tagged].filter((used) => used.startsWith('components/'))
}

it('names every folder of components/ in the order', () => {
  expect([...new Set(files.map(folderOf))].toSorted()).toEqual(ORDER.toSorted())
})

it('uses no component and no import of a higher folder', () => {
  const uses = files.flatMap((file) => usedBy(file).map((used) => ({ file, used })))
  expect(uses.length).toBeGreaterThan(300)
  const upward = uses.filter(({ file, used }) => ORDER.indexOf(folderOf(used)) > ORDER.indexOf(folderOf(file)))
  expect(upward.map(({ file, used }) => `${file} uses ${used}`)).toEqual([])
})

it('has the same order in the linter and in the table of the architecture', () => {
  const { overrides } = JSON.parse(readFileSync('.oxlintrc.json', 'utf8')) as {
    overrides: { files: string[]; rules: { 'no-restricted-imports'?: [string, { patterns: { group: string[] }[] }] } }[]
  }
  for (const [at, folder] of ORDER.slice(0, -1).entries()) {
    const rule = overrides.find((each) => each.files[0] === `components/${folder}/**`)?.rules['no-restricted-imports']
    const refused = rule?.[1].patterns[0]!.group.filter((pattern) => pattern.startsWith('../'))
    expect(refused, folder).toEqual(ORDER.slice(at + 1).map((other) => `../${other}/*`))
  }
  const line = readFileSync('docs/architecture.md', 'utf8')
    .split('\n')
    .find((each) => each.includes('`common` ← '))
  expect([...line!.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual(ORDER)
})

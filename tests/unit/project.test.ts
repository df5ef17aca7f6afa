import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { expect, it } from 'vitest'

const read = (file: string) => readFileSync(file, 'utf8')
const { engines, dependencies } = JSON.parse(read('package.json')) as {
  engines: { node: string }
  dependencies: Record<string, string>
}

it('names the same recommended and minimum version of Node everywhere', () => {
  const version = read('.nvmrc').trim()
  expect([...read('Dockerfile').matchAll(/^FROM node:(\d+)-/gm)].map(([, image]) => image)).toEqual([version, version])
  for (const file of ['check', 'deploy']) {
    const asked = [...read(`.github/workflows/${file}.yml`).matchAll(/node-version.*/g)].map(([line]) => line)
    expect(new Set(asked)).toEqual(new Set(['node-version-file: .nvmrc']))
  }
  const least = engines.node.replace('>=', '')
  for (const file of ['README.md', 'CONTRIBUTING.md', 'docs/development.md']) {
    expect(new Set(read(file).match(/Node \d[\d.]*\d/g)), file).toEqual(new Set([`Node ${least}`, `Node ${version}`]))
  }
})

it('has no unused component', () => {
  const pages = ['components', 'layouts', 'pages'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  )
  const files = [...pages.filter((file) => /\.(?:vue|ts)$/.test(file)), 'app.vue', 'error.vue'].map((file) => ({
    file,
    text: read(file),
  }))
  const components = files.filter(({ file }) => file.startsWith('components/') && file.endsWith('.vue'))
  const unused = components.filter(({ file }) => {
    const tag = new RegExp(`<(?:Lazy)?${basename(file, '.vue')}\\b|\\b${basename(file, '.vue')}\\.vue'`)
    return !files.some((other) => other.file !== file && tag.test(other.text))
  })
  expect(unused.map(({ file }) => file)).toEqual([])
})

it('writes the notices of every package in the product', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'webchat-notices-')), 'notices.txt')
  execFileSync(process.execPath, ['scripts/notices.mjs', file])
  const notices = read(file)
  const missing = Object.entries(dependencies).filter(([name, version]) => !notices.includes(`\n${name} ${version} (`))
  expect(missing).toEqual([])
})

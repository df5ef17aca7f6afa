import { readFileSync, readdirSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'

/** Scripts that a page must have before it can be shown: thousands of bytes, compressed by gzip, and how many there are. */
const BUDGETS = {
  chat: { maxKb: 220, maxScripts: 12 },
  login: { maxKb: 160, maxScripts: 16 },
}
/** What only the scripts of a page have in them. */
const MARKS = {
  chat: ['"message-list"', 'skip-link'],
  login: ['id:"login"', 'max-w-96 flex-1 flex-col'],
}

const FOLDER = new URL('../../.output/public/_nuxt/', import.meta.url)
const names = readdirSync(FOLDER).filter((name) => name.endsWith('.js'))
const scripts = new Map(names.map((name) => [name, readFileSync(new URL(name, FOLDER), 'utf8')]))

function scriptWith(mark: string): string {
  const name = names.find((one) => scripts.get(one)!.includes(mark))
  if (!name)
    throw new Error(`No script has ${mark} any more. Name something else in this test that is part of the page.`)
  return name
}

/** Scripts with all that they import, and those in turn. What is loaded on demand is not among them. */
function withImports(roots: readonly string[]): string[] {
  const found = new Set<string>()
  const waiting = [...roots]
  for (let name = waiting.pop(); name; name = waiting.pop()) {
    if (found.has(name)) continue
    found.add(name)
    // Scripts know the first one by this name, so that they stay the same when it changes.
    const imports = scripts.get(name)!.matchAll(/(?:from|import)\s*"(#entry|\.\/[\w-]+\.js)"/g)
    for (const [, imported] of imports)
      waiting.push(imported === '#entry' ? scriptWith('__vue_app__') : imported!.slice('./'.length))
  }
  return [...found]
}

it.each(['chat', 'login'] as const)('the first scripts of the page %s stay light', (page) => {
  const loaded = withImports([scriptWith('__vue_app__'), ...MARKS[page].map(scriptWith)])
  const sizes = loaded.map((name) => gzipSync(scripts.get(name)!, { level: 9 }).length)
  const kb = sizes.reduce((sum, size) => sum + size, 0) / 1_000
  const { maxKb, maxScripts } = BUDGETS[page]
  const advice =
    'Load what is opened on demand by a Lazy component or import(), and name it in loadedOnDemand.ts if it must work offline.'
  expect(
    kb,
    `The page ${page} begins with ${kb.toFixed(1)} kB of scripts; ${maxKb} kB are allowed. ${advice}`,
  ).toBeLessThanOrEqual(maxKb)
  expect(
    loaded.length,
    `The page ${page} begins with ${loaded.length} scripts; ${maxScripts} are allowed.`,
  ).toBeLessThanOrEqual(maxScripts)
})

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = new URL('../..', import.meta.url).pathname
const FOLDERS = ['components', 'layouts', 'pages', 'composables', 'plugins', 'stores', 'middleware']

type Tree = { [key: string]: string | Tree }

function flat(tree: Tree, prefix = ''): Map<string, string> {
  const entries = Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[prefix + key, value]] : [...flat(value, `${prefix}${key}.`)],
  )
  return new Map(entries)
}

const locale = (name: string) => flat(JSON.parse(readFileSync(join(ROOT, `i18n/locales/${name}.json`), 'utf8')) as Tree)
const en = locale('en')
const vi = locale('vi')

const sources = [
  ...FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true }).map((name) => join(folder, String(name))),
  ),
  'app.vue',
  'error.vue',
]
  .filter((name) => /\.(vue|ts)$/.test(name))
  .map((name) => ({ name, text: readFileSync(join(ROOT, name), 'utf8') }))

/** The first argument of each call of `t` or `counted`, as it is written. */
function keysAsked(text: string): string[] {
  return [...text.matchAll(/(?<![\w.$])(?:\$?t|counted)\(/g)].map((call) => {
    let depth = 1
    let end = call.index + call[0].length
    for (const start = end; end < text.length; end++) {
      const character = text[end]!
      if ('([{'.includes(character)) depth++
      if (')]}'.includes(character)) depth--
      if (depth === 0 || (depth === 1 && character === ',')) return text.slice(start, end)
    }
    return ''
  })
}

const LITERAL = /'([^'\n]*)'|"([^"\n]*)"/g
const TEMPLATE = /`([^`]*)`/g
const literalsIn = (text: string) => [...text.matchAll(LITERAL)].map((found) => found[1] ?? found[2]!)
/** What a template may become: anything without a dot in place of each hole. */
const shapesIn = (text: string) =>
  [...text.matchAll(TEMPLATE)].map(([, template]) => {
    const parts = template!.split(/\$\{[^}]*\}/).map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    return new RegExp(`^${parts.join('[^.]+')}$`)
  })
/** Without what is compared or looked up on the way to a key. */
const choiceOf = (asked: string) => asked.replaceAll(/[!=]==? *('[^']*'|"[^"]*")/g, '').replaceAll(/\([^()]*\)/g, '')

const params = (text: string) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!))].sort()

describe('the words on screen', () => {
  it('exist in every language, with the same parameters', () => {
    expect([...vi.keys()].sort()).toEqual([...en.keys()].sort())
    const differing = [...en].filter(([key, text]) => `${params(text)}` !== `${params(vi.get(key) ?? '')}`)
    expect(differing.map(([key]) => key)).toEqual([])
  })

  it('exist for every key that the pages use', () => {
    const missing = sources.flatMap(({ name, text }) =>
      keysAsked(text).flatMap((asked) => {
        const absent = literalsIn(choiceOf(asked).replaceAll(TEMPLATE, '')).filter((key) => !en.has(key))
        const shapeless = shapesIn(asked).filter((shape) => ![...en.keys()].some((key) => shape.test(key)))
        return [...absent, ...shapeless.map(String)].map((key) => `${name}: ${key}`)
      }),
    )
    expect(missing).toEqual([])
  })

  it('are all used', () => {
    const all = sources.map(({ text }) => text).join('\n')
    const shapes = sources.flatMap(({ text }) => shapesIn(text)).filter(({ source }) => /[a-z]\\\./.test(source))
    const unused = [...en.keys()].filter((key) => !all.includes(`'${key}'`) && !shapes.some((shape) => shape.test(key)))
    expect(unused).toEqual([])
  })
})

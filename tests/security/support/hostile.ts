import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { requestSchemas } from '#shared/protocol/client'
import type { Chance } from '../../support/chance'

const ROOT = resolve(import.meta.dirname, '../../..')

export interface Route {
  method: string
  /** As the file is named: `/api/users/[id]`. */
  pattern: string
  /** Fields of the body that its schema knows. */
  fields: string[]
}

const schemas: Record<string, unknown> = Object.assign(
  {},
  ...(await Promise.all([
    import('#shared/schemas/account'),
    import('#shared/schemas/accountLinks'),
    import('#shared/schemas/factor'),
    import('#shared/schemas/conversation'),
    import('#shared/schemas/group'),
    import('#shared/schemas/message'),
    import('#shared/schemas/sync'),
    import('#shared/schemas/upload'),
  ])),
)

/** Names of the fields of a schema; of every choice, where it has some. */
function fieldsOf(schema: unknown): string[] {
  const { shape, options } = (schema ?? {}) as { shape?: object; options?: unknown[] }
  return [...Object.keys(shape ?? {}), ...(options ?? []).flatMap(fieldsOf)]
}

/** Every route, as the server's files name it: a new one is among them without being named here. */
export function allRoutes(): Route[] {
  const files = readdirSync(join(ROOT, 'server/api'), { recursive: true, encoding: 'utf8' })
  return files.flatMap((file) => {
    const match = /^(.*?)(?:\.(get|post|put|patch|delete))?\.ts$/.exec(file)
    if (!match) return []
    const pattern = `/api/${match[1]!.replace(/\/?index$/, '')}`.replace(/\/$/, '')
    const body = /\bbody: (\w+)/.exec(readFileSync(join(ROOT, 'server/api', file), 'utf8'))?.[1]
    return [{ method: (match[2] ?? 'get').toUpperCase(), pattern, fields: fieldsOf(schemas[body ?? '']) }]
  })
}

/** Every request of a socket, with the fields that its schema knows. */
export const socketRequests = Object.entries(requestSchemas).map(([type, schema]) => ({
  type,
  fields: fieldsOf(schema),
}))

/** Every name of a field that a schema has, so that what is made up here comes further than the first check. */
const fieldNames = [
  ...new Set(
    readdirSync(join(ROOT, 'shared/schemas')).flatMap((file) =>
      Array.from(
        readFileSync(join(ROOT, 'shared/schemas', file), 'utf8').matchAll(/^ {2,}(\w+):/gm),
        ([, name]) => name!,
      ),
    ),
  ),
]

const WORDS = [
  '',
  ' ',
  '\0',
  'a',
  'direct',
  'group',
  'image',
  'voice',
  'file',
  'avatar',
  'media',
  'links',
  'admin',
  'owner',
  'member',
  'all',
  'none',
  'true',
  'null',
  'NaN',
  '-1',
  '0',
  '1',
  '1e309',
  '9007199254740993',
  '0x10',
  '٣',
  '\u202Eevil',
  '\u200B',
  '\uD800',
  'a\uDFFF',
  '😀'.repeat(300),
  'x'.repeat(9_000),
  '{"$gt":""}',
  '$where',
  '__proto__',
  'constructor',
  '../../../etc/passwd',
  '%00',
  '%',
  '%E0%A4%A',
  "' OR 1=1 --",
  '<script>alert(1)</script>',
  'javascript:alert(1)',
  'https://example.com/?q=1',
  '2026-01-01T00:00:00.000Z',
  '9999-99-99T99:99:99Z',
  'a@b.c',
  'image/png',
  'text/html',
  'audio/webm',
  'r\u0301'.repeat(50),
  '\r\nX-Injected: 1',
  'f'.repeat(24),
  'F'.repeat(24),
  '0'.repeat(24),
  'z'.repeat(24),
]
const NUMBERS = [
  0,
  -0,
  1,
  -1,
  2,
  50,
  100,
  101,
  1.5,
  1e21,
  1e308,
  -1e308,
  2 ** 31,
  2 ** 53,
  2 ** 53 + 2,
  Number.MAX_SAFE_INTEGER,
  0.1 + 0.2,
]
const KEYS = [
  '',
  '$gt',
  '$ne',
  '$where',
  'a.b',
  'constructor',
  'prototype',
  'toString',
  'length',
  'then',
  '0',
  '\0',
  'x'.repeat(1_000),
]

/** Values that nobody sends who means well, and among them, so that they come further, ids of things that are there. */
export class Hostile {
  /** Ids of what exists, which the test adds to. */
  ids: string[] = []

  constructor(private readonly chance: Chance) {}

  word(): string {
    if (this.ids.length > 0 && this.chance.oneIn(3)) return this.chance.of(this.ids)
    return this.chance.of(WORDS)
  }

  value(depth = 0): unknown {
    const { chance } = this
    const kind = chance.below(depth > 3 ? 6 : 10)
    if (kind <= 2) return this.word()
    if (kind === 3) return chance.of(NUMBERS)
    if (kind === 4) return chance.of([true, false, null])
    if (kind === 5) return chance.oneIn(4) ? Array.from({ length: chance.of([0, 1, 11, 1_001, 2_000]) }, () => 1) : []
    if (kind === 6) return Array.from({ length: chance.below(5) }, () => this.value(depth + 1))
    if (kind === 7)
      return Object.fromEntries(Array.from({ length: chance.below(5) }, () => [chance.of(KEYS), this.value(depth + 1)]))
    return this.input(depth + 1)
  }

  /** An object with some of the fields that schemas know. */
  input(depth = 0): Record<string, unknown> {
    const names = Array.from({ length: this.chance.below(7) }, () => this.chance.of(fieldNames))
    return Object.fromEntries(names.map((name) => [name, this.value(depth + 1)]))
  }

  /** What a schema may take: some of its fields, most of them as they should be. */
  likely(fields: readonly string[]): Record<string, unknown> {
    const { chance } = this
    const given = fields.filter(() => chance.below(5) > 0)
    return Object.fromEntries(given.map((name) => [name, chance.oneIn(5) ? this.value() : this.sensible(name)]))
  }

  private sensible(name: string): unknown {
    const { chance } = this
    const id = this.ids.length > 0 ? chance.of(this.ids) : 'f'.repeat(24)
    if (name.endsWith('Ids') || name === 'to') return chance.oneIn(2) ? [] : [id]
    if (name.endsWith('Id')) return name === 'clientId' ? `client-${chance.below(1e9)}` : id
    if (/^(seq|rev|clearedSeq|size|number|limit|maxUses|expiresInHours|durationMs)$/.test(name))
      return chance.of([1, 2, 10, 100])
    if (name === 'conversations') return { [id]: chance.below(3) }
    if (name === 'kind') return chance.of(['direct', 'group', 'file', 'image', 'voice', 'avatar'])
    if (name === 'role') return chance.of(['admin', 'moderator', 'member'])
    if (/^(typing|pinned|archived|markedUnread|withNames)$/.test(name)) return chance.oneIn(2)
    if (/^(settings|permissions)$/.test(name)) return {}
    if (/^(allow|deny|parts|numbers)$/.test(name)) return chance.oneIn(2) ? [] : [1]
    if (/Until$|^until$/.test(name)) return null
    return chance.of(['a name', 'hello', 'a@example.com', 'image/png', this.word()])
  }

  /** A body as text: mostly JSON that comes some way, at times none at all. */
  body(fields: readonly string[]): string {
    const { chance } = this
    const kind = chance.below(30)
    if (kind === 0) return ''
    if (kind === 1)
      return chance.of(['[', '{', '"', '{"a":}', 'nul', '{"a":1}}', '\uFEFF{}', '{"a":1,"a":2}', '1e999', '"\\uD800"'])
    if (kind === 2) return '['.repeat(chance.of([100, 10_000, 32_000]))
    if (kind === 3) return '{"a":'.repeat(5_000) + '1' + '}'.repeat(5_000)
    if (kind === 4) return '{"__proto__":{"admin":true},"constructor":{"prototype":{}}}'
    if (kind === 5) return `{"text":"${'x'.repeat(chance.of([65_000, 66_000, 200_000]))}"}`
    if (kind === 6) return JSON.stringify(this.value())
    if (kind === 7)
      return JSON.stringify(Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`k${index}`, index])))
    return JSON.stringify(kind < 12 ? { ...this.likely(fields), ...this.input() } : this.likely(fields))
  }

  query(): string {
    const { chance } = this
    if (chance.oneIn(2)) return ''
    const names = [
      'q',
      'limit',
      'before',
      'after',
      'around',
      'kind',
      'size',
      'signature',
      'download',
      'action',
      'actorId',
      'a[b]',
      '__proto__',
      '%',
    ]
    const encoded = (text: string) =>
      chance.oneIn(8) ? text.replace(/[^\x21-\x7e]|#/g, '%') : encodeURIComponent(text.toWellFormed())
    const pairs = Array.from(
      { length: 1 + chance.below(5) },
      () => `${encoded(chance.of(names))}=${encoded(this.word())}`,
    )
    return `?${pairs.join('&')}`
  }

  headers(): Record<string, string> {
    const { chance } = this
    const odd: [string, string][] = [
      [
        'content-type',
        chance.of([
          'application/json',
          'text/plain',
          'application/x-www-form-urlencoded',
          'multipart/form-data; boundary=x',
          ';',
          'application/json; charset=utf-7',
        ]),
      ],
      ['origin', chance.of(['null', 'https://evil.example', 'http://', '%'])],
      [
        'range',
        chance.of(['bytes=0-', 'bytes=-1', 'bytes=9-1', 'bytes=0-0,1-1', 'bytes=99999999999999999999-', 'lines=1']),
      ],
      ['if-none-match', chance.of(['*', '"', 'W/"x"', ','.repeat(2_000)])],
      ['x-forwarded-for', chance.of(['1.2.3.4', '::1', ','.repeat(500), 'x'.repeat(2_000)])],
      ['x-forwarded-host', chance.of(['[', 'evil.example', '%'])],
      ['x-request-id', chance.of(['x'.repeat(3_000), '<b>', '%00', '{}'])],
      ['accept-language', chance.of(['vi', '*', 'x'.repeat(3_000), ';q=', 'en;q=NaN'])],
      ['accept-encoding', chance.of(['gzip', 'br', '*', 'gzip;q=0', ','.repeat(500)])],
      ['user-agent', chance.of(['', 'x'.repeat(4_000), '\xff\xfe'])],
      [
        'cookie',
        chance.of([
          'webchat_access=; webchat_access=x',
          '=',
          ';;;',
          `a=${'b'.repeat(4_000)}`,
          'webchat_form=e30',
          'webchat_refresh=%',
        ]),
      ],
      ['expect', '100-continue'],
      ['sec-fetch-site', chance.of(['cross-site', 'same-origin', ''])],
    ]
    return Object.fromEntries(Array.from({ length: chance.below(4) }, () => chance.of(odd)))
  }

  /** An address of a route: its places filled with ids, wrong ones, and what is no id at all. */
  address({ pattern }: Route): string {
    const { chance } = this
    const filled = pattern.replace(/\[(?:\.\.\.)?\w*\]/g, () => {
      if (this.ids.length > 0 && chance.below(4) > 0) return chance.of(this.ids)
      const word = chance.of(WORDS.filter((each) => each.length < 2_000))
      return chance.oneIn(6) ? word.replace(/[^\x21-\x7e]|[#?]/g, '%') : encodeURIComponent(word.toWellFormed())
    })
    return filled + this.query()
  }
}

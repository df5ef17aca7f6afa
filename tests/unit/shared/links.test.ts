import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sharesOf } from '#shared/domain/shares'
import { canWrite } from '#shared/domain/writing'
import { containsLink, findLinks, writingOf } from '#shared/domain/text/links'
import { couldContainLink } from '~/composables/useLinks'
import { segmentsOf } from '../../../components/common/textSegments'

const linked = (text: string) => findLinks(text).map(({ start, end }) => text.slice(start, end))

describe('findLinks', () => {
  it.each([
    ['see https://example.com/docs.', ['https://example.com/docs']],
    ['https://example.com/docs，然后', ['https://example.com/docs']],
    ['（https://example.com/docs）好', ['https://example.com/docs']],
    ['「https://example.com/a」と『https://example.com/b』', ['https://example.com/a', 'https://example.com/b']],
    ['看https://example.com/docs。www.example.com！', ['https://example.com/docs', 'www.example.com']],
    ['https://example.com/a、https://example.com/b？', ['https://example.com/a', 'https://example.com/b']],
    ['“https://example.com/a” – https://example.com/b…', ['https://example.com/a', 'https://example.com/b']],
    ['https://zh.wikipedia.org/wiki/中文', ['https://zh.wikipedia.org/wiki/中文']],
    ['HTTPS://EXAMPLE.COM', ['HTTPS://EXAMPLE.COM']],
    ['evil.com/login', ['evil.com/login']],
    ['t.me/x', ['t.me/x']],
    ['example.com', ['example.com']],
    ['ann@example.com', ['ann@example.com']],
    ['mailto:ann@example.com', ['mailto:ann@example.com']],
    ['http://localhost:3000/x', ['http://localhost:3000/x']],
    ['https://docs.rs', ['https://docs.rs']],
    ['docs.rs/serde', ['docs.rs/serde']],
    ['www.gov.md', ['www.gov.md']],
    ['nguyễn.com', ['nguyễn.com']],
    ['example.xyz example.app', ['example.xyz', 'example.app']],
  ])('finds in %j %j', (text, links) => {
    expect(linked(text)).toEqual(links)
    expect(containsLink(text)).toBe(true)
  })

  it.each([
    '',
    'hello',
    'README.md',
    'setup.py',
    'main.rs and run.sh',
    'index.ts',
    'archive.zip',
    'film.mov',
    'libfoo.so',
    'see docs/README.md',
    'http://',
    'https:// x',
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://example.com',
    '1.2.3.4',
    'e.g. this',
    'a/b/c',
  ])('finds nothing in %j', (text) => expect([linked(text), containsLink(text)]).toEqual([[], false]))

  it('leads to https where no protocol is written', () => {
    expect(findLinks('example.com/a ann@example.com http://a.example').map(({ href }) => href)).toEqual([
      'https://example.com/a',
      'mailto:ann@example.com',
      'http://a.example',
    ])
  })

  it.each([
    ['https://google.com@evil.com/login', 'evil.com'],
    ['https://user:word@evil.com:8080/', 'evil.com:8080'],
    ['https://evil.com/\u202emoc.elgoog//:sptth', 'evil.com'],
    ['https://evil.com/\u2067x', 'evil.com'],
    ['https://goo\u200bgle.com/', 'google.com'],
    // Latin with a Cyrillic о.
    ['https://gооgle.com', 'xn--ggle-55da.com'],
    ['gооgle.com', 'xn--ggle-55da.com'],
    ['ann@gооgle.com', 'xn--ggle-55da.com'],
    // All of it Cyrillic.
    ['https://аррӏе.com', 'xn--80ak6aa92e.com'],
    ['https://www.pаypal.com.example.org', 'www.xn--pypal-4ve.com.example.org'],
  ])('says that %j leads to %s', (text, realHost) => {
    expect(findLinks(text).map((link) => link.realHost)).toEqual([realHost])
  })

  it.each([
    'https://münchen.de',
    'https://пример.рф',
    'https://москва.рф/путь',
    'https://例え.jp',
    'https://日本語とlatin.jp',
    'https://한국어.kr',
    'https://ไทย.com',
    'https://xn--mnchen-3ya.de',
    'https://example.com/@ann',
    'https://example.com/?q=пример',
    'ann@example.com',
    'https://русский.com',
  ])('treats %j as what it is', (text) => expect(findLinks(text).map((link) => link.realHost)).toEqual([null]))

  it('is the same for the right, the bubble and the shared list, with any text', () => {
    const part = fc.constantFrom(
      ...[
        'https://',
        'www.',
        'evil',
        '.com',
        '.md',
        '/',
        '@',
        'mailto:',
        ' ',
        '，',
        '。',
        '看',
        '\u202e',
        '(',
        ')',
        'о',
        ':',
        '//',
        '.',
        'a',
      ],
    )
    const rules = { kind: 'group', permissions: { sendText: 'member', sendLink: 'owner' } } as unknown as Parameters<
      typeof canWrite
    >[0]
    const member = { role: 'member', allow: [], deny: [], until: null } as unknown as Parameters<typeof canWrite>[1]
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 12 }).map((parts) => parts.join('')),
        (text) => {
          const segments = segmentsOf(text, findLinks(text))
          expect(segments.map((segment) => segment.text).join('')).toBe(text)
          const isClickable = segments.some(({ link }) => link)
          expect(canWrite(rules, member, writingOf(text), 0).allowed).toBe(!isClickable)
          // Nothing that the finder is not asked about is a link.
          if (containsLink(text)) expect(couldContainLink(text)).toBe(true)
          expect(sharesOf(text, []).includes('links')).toBe(isClickable)
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it('is fast with every text', () => {
    const started = Date.now()
    for (const part of ['http://', '//a.b', 'a@', 'a.com ', '(', '.', 'a.', '，', '看https://', '\u202e', 'о.com ']) {
      containsLink(part.repeat(8_000 / part.length))
      containsLink(`http://a.b/${part.repeat(8_000 / part.length)}`)
    }
    expect(Date.now() - started).toBeLessThan(5_000)
  })
})

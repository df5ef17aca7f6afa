import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { excerptOf } from '#shared/domain/messages'
import { containsLink, type Link } from '#shared/domain/text/links'
import { blocksOf, type Block, type Run } from '~/components/common/formatting'

const runsOf = (text: string): Run[] => blocksOf(text).flatMap((block) => (block.kind === 'text' ? block.runs : []))
const text = (content: string): Run => ({ kind: 'text', text: content })

/** All texts in blocks, in their order. */
function textOf(parts: readonly (Block | Run)[]): string {
  return parts
    .map((part): string => {
      if ('blocks' in part) return textOf(part.blocks)
      if ('items' in part) return part.items.map(({ runs }) => textOf(runs)).join('')
      return 'runs' in part ? textOf(part.runs) : part.text
    })
    .join('')
}

function allRuns(parts: readonly (Block | Run)[]): Run[] {
  return parts.flatMap((part): Run[] => {
    if ('blocks' in part) return allRuns(part.blocks)
    if ('items' in part) return part.items.flatMap(({ runs }) => allRuns(runs))
    if ('runs' in part) return [...(part.kind === 'text' ? [] : [part as Run]), ...allRuns(part.runs)]
    return 'language' in part ? [] : [part as Run]
  })
}

describe('a formatted text', () => {
  it.each<[string, Run[]]>([
    ['**a**', [{ kind: 'bold', runs: [text('a')] }]],
    ['_a_ *b*', [{ kind: 'italic', runs: [text('a')] }, text(' '), { kind: 'italic', runs: [text('b')] }]],
    ['~~a~~', [{ kind: 'strike', runs: [text('a')] }]],
    ['||a **b**||', [{ kind: 'spoiler', runs: [text('a '), { kind: 'bold', runs: [text('b')] }] }]],
    ['`**a**`', [{ kind: 'code', text: '**a**' }]],
    ['\\*a\\*', [text('*a*')]],
    // What people write without meaning a format.
    ['¯\\_(ツ)_/¯', [text('¯\\_(ツ)_/¯')]],
    ['5 * 3 * 2', [text('5 * 3 * 2')]],
    ['snake_case_name', [text('snake_case_name')]],
    ['a || b', [text('a || b')]],
    ['C:\\new\\*.txt', [text('C:\\new*.txt')]],
    ['https://x.org/_a_*b', [{ kind: 'link', text: 'https://x.org/_a_*b', link: expect.anything() as Link }]],
    [
      '**https://x.org**',
      [{ kind: 'bold', runs: [{ kind: 'link', text: 'https://x.org', link: expect.anything() as Link }] }],
    ],
    ['  two  spaces\n\n\nand lines *', [text('  two  spaces\n\n\nand lines *')]],
  ])('has runs: %j', (typed, runs) => expect(runsOf(typed)).toEqual(runs))

  it.each([
    ['> a\n> b\nc', ['quote', 'text']],
    ['>_<', ['text']],
    ['>', ['text']],
    ['- a\n- b\n\nc', ['list', 'text']],
    ['1. a\n2) b', ['list']],
    ['-', ['text']],
    ['```ts\na\n\n  b\n```\nc', ['code', 'text']],
    ['```\nnever closed', ['text']],
    ['a\n```\n```', ['text', 'code']],
  ])('has blocks: %j', (typed, kinds) => expect(blocksOf(typed).map(({ kind }) => kind)).toEqual(kinds))

  it('keeps code as it was typed', () => {
    expect(blocksOf('```Rust\n  let *a* = `b`;\n```')).toEqual([
      { kind: 'code', language: 'rust', text: '  let *a* = `b`;' },
    ])
  })

  it('shows the host of a link behind a text, unless the text is the address', () => {
    const linkOf = (typed: string) => runsOf(typed).find((run) => run.kind === 'link')?.link
    expect(linkOf('[our bank](https://evil.example/login)')).toMatchObject({
      href: 'https://evil.example/login',
      realHost: 'evil.example',
    })
    expect(linkOf('[https://bank.example](https://evil.example)')?.realHost).toBe('evil.example')
    expect(linkOf('[https://a.example/b](https://a.example/b)')?.realHost).toBeNull()
    expect(linkOf('[write](mailto:a@b.example)')?.realHost).toBe('b.example')
  })

  it.each([
    '[a](javascript:alert(1))',
    '[a](data:text/html,x)',
    '[a](JaVaScRiPt://x)',
    '[a](//evil.example)',
    '[a](vbscript:x)',
    '[a](file:///etc/passwd)',
    '[a](&#106;avascript:x)',
    '<script>alert(1)</script> *x*',
    '[a][b]\n\n[b]: javascript:x',
    '![a](javascript:x)',
  ])('has no link in %j', (typed) => {
    expect(allRuns(blocksOf(typed)).filter(({ kind }) => kind === 'link')).toEqual([])
  })

  it('shows no link that the right to send links does not see, and loses no letter', () => {
    const piece = fc.constantFrom(
      ...['*', '**', '_', '~~', '||', '`', '[', '](', ')', '\\', '\n', '> ', '- ', ' ', '```', '<@', '@all'],
      ...[
        'http',
        's://',
        'https://a.example',
        'evil.com',
        '.com',
        'www.',
        'mailto:a@b.example',
        'x',
        'é',
        '中',
        '(',
        '&lt;',
      ],
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const typed = pieces.join('')
        const runs = allRuns(blocksOf(typed))
        if (runs.some(({ kind }) => kind === 'link')) expect(containsLink(typed)).toBe(true)
        const letters = (of: string) => of.match(/[éx中]/g)?.join('') ?? ''
        const addresses = runs.flatMap((run) => (run.kind === 'link' ? [run.link.href] : []))
        if (addresses.length === 0 && !typed.includes('```'))
          expect(letters(textOf(blocksOf(typed)))).toBe(letters(typed))
      }),
      { numRuns: 2_000 },
    )
  })

  it('is harmless, however hostile it is', () => {
    const hostile = {
      asterisks: '*'.repeat(8_000),
      'one by one': '*a '.repeat(2_600),
      alternating: '*_'.repeat(4_000),
      'a thousand levels': `${'**_'.repeat(1_000)}a${'_**'.repeat(1_000)}`,
      quotes: `${'> '.repeat(1_000)}deep`,
      lists: `${'  '.repeat(1_000)}- deep\n`.repeat(3),
      brackets: '['.repeat(8_000),
      'broken links': '[a]('.repeat(2_000),
      backticks: Array.from({ length: 120 }, (_, count) => '`'.repeat(count)).join(' '),
      spoilers: '||'.repeat(4_000),
      fences: '```\n'.repeat(2_000),
      tables: '|a|b|\n|-|-|\n'.repeat(650),
      links: 'http://a.example/*_'.repeat(420),
      mentions: '<@'.repeat(4_000),
    }
    for (const [name, typed] of Object.entries(hostile)) {
      const begun = performance.now()
      const blocks = blocksOf(typed)
      excerptOf(typed)
      // Only a bound against what never ends; it takes a few milliseconds.
      expect(performance.now() - begun, name).toBeLessThan(2_000)
      expect(allRuns(blocks).length, name).toBeLessThan(9_000)
    }
  })
})

describe('an excerpt', () => {
  it.each([
    ['**bold** and _slanted_ ~~old~~ `code`', 'bold and slanted old code'],
    ['the murderer is ||the *butler*||', 'the murderer is ▒▒▒'],
    ['> quoted\nanswer', 'quoted answer'],
    ['```ts\nlet a = 1\n```', 'let a = 1'],
    ['[text](https://a.example/b_c_d)', 'text'],
    ['https://a.example/_b_ and 5 * 3 * 2', 'https://a.example/_b_ and 5 * 3 * 2'],
    ['**_both_**', 'both'],
    ['¯\\_(ツ)_/¯', '¯\\_(ツ)_/¯'],
  ])('has no signs: %j', (typed, excerpt) => expect(excerptOf(typed)).toBe(excerpt))

  it('hides a long spoiler that is cut', () => {
    expect(excerptOf(`so: ||${'the butler '.repeat(500)}||`)).not.toContain('butler')
  })
})

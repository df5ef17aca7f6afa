import { describe, expect, it } from 'vitest'
import { previewLink } from '#shared/domain/text/previewLink'

describe('the link that a preview is about', () => {
  it.each([
    ['https://example.org/a', 'https://example.org/a'],
    ['look: example.com/news, and https://other.org', 'https://example.com/news'],
    ['mail ann@example.org or see http://example.org.', 'http://example.org'],
    ['[a page](https://example.org/a) of mine', 'https://example.org/a'],
    ['**https://example.org/bold**', 'https://example.org/bold'],
    ['> https://example.org/quoted', 'https://example.org/quoted'],
    ['`code` and https://example.org', 'https://example.org'],
    ['```\nhttps://code.example\n```\nhttps://example.org', 'https://example.org'],
    ['||https://hidden.example|| https://example.org', 'https://example.org'],
    ['one ` backtick https://example.org', 'https://example.org'],
  ])('of %j is %s', (text, link) => {
    expect(previewLink(text)).toBe(link)
  })

  it.each([
    'no link',
    'ann@example.org',
    '`https://example.org`',
    '``a ` https://example.org``',
    '```\nhttps://example.org\n```',
    '```js\nhttps://example.org',
    '||https://example.org||',
    '||hidden https://example.org and more||',
    '||never closed https://example.org',
    'https://ann:secret@example.org/',
    'https://аррӏе.com/',
    'ftp://example.org',
    'javascript:alert(1)',
  ])('of %j is none', (text) => {
    expect(previewLink(text)).toBeNull()
  })

  it('has no preview of a second link when the first may mislead', () => {
    expect(previewLink('https://ann@evil.example https://example.org')).toBeNull()
  })

  it('is found quickly in hostile texts', () => {
    for (const sign of ['`', '|', '||x', '`a', '```\n', '[](', '*', 'a.b'])
      expect(previewLink(sign.repeat(8_000 / sign.length))).toBeNull()
  })
})

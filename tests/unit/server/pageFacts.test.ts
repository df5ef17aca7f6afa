import { describe, expect, it } from 'vitest'
import { readPageFacts } from '../../../server/services/files/worker/web/pageFacts'

async function* inPieces(html: string | Buffer, size = 7): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(html)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const none = { title: '', description: '', site: '', image: '' }
const factsOf = (html: string | Buffer, type = 'text/html', size?: number) => readPageFacts(inPieces(html, size), type)

describe('what a page says about itself', () => {
  it('is read from its head, the best names first, whatever their order and spelling', async () => {
    const html = `<HTML><HEAD><TITLE>Plain</TITLE><meta name="Description" content="plain words">
      <meta content="The &quot;title&quot; &amp; more" property="OG:title"><meta property="og:title" content="second">
      <meta property="og:description" content=" "><meta property="og:image" content="/a.png?b=1&amp;c=2">
      <meta name="twitter:image" content="/other.png"><meta property="og:site_name" content="Site"></HEAD><body>`
    expect(await factsOf(html)).toEqual({
      title: 'The "title" & more',
      description: 'plain words',
      site: 'Site',
      image: '/a.png?b=1&c=2',
    })
  })

  it('is not what stands in scripts, comments or the body', async () => {
    const html = `<head><!-- <title>No</title> --><script>"<title>No</title>"</script><title>Yes</title></head>
      <body><meta property="og:title" content="No"><svg><title>No</title></svg>`
    expect(await factsOf(html)).toEqual({ ...none, title: 'Yes' })
    expect(await factsOf('<body><title>No</title><svg><title>No</title></svg>')).toEqual(none)
  })

  it('is read in the encoding that the answer or the page names', async () => {
    const title = Buffer.concat([Buffer.from('<title>'), Buffer.from([0xc4, 0xe3]), Buffer.from('</title>')])
    const charset = Buffer.from('<meta charset="gb2312">')
    expect((await factsOf(title, 'text/html; charset=GBK')).title).toBe('你')
    expect((await factsOf(Buffer.concat([charset, title]), 'text/html', 1_024)).title).toBe('你')
    expect((await factsOf('<title>Đây</title>', 'text/html; charset=nonsense')).title).toBe('Đây')
    expect((await factsOf('<title>Đây</title>')).title).toBe('Đây')
  })

  it('counts as far as it came before the page broke off', async () => {
    async function* broken(html: string) {
      yield Buffer.from(html)
      throw new Error('cut off')
    }
    expect((await readPageFacts(broken('<head><title>Begun'), 'text/html')).title).toBe('Begun')
    await expect(readPageFacts(broken('<head>'), 'text/html')).rejects.toThrow('cut off')
  })

  it('is asked no further than the head', async () => {
    let pieces = 0
    async function* endless() {
      yield Buffer.from('<head><title>Head</title></head>')
      for (;;) yield Buffer.from(`${++pieces}`)
    }
    expect((await readPageFacts(endless(), 'text/html')).title).toBe('Head')
    expect(pieces).toBe(0)
  })

  it('is bounded and found quickly in a megabyte of anything', async () => {
    for (const piece of [
      '<',
      '<a ',
      '<!--',
      '&',
      '&amp',
      '<meta ',
      '<meta content="',
      'a=b ',
      '<title>',
      '<![CDATA[',
      '</',
    ])
      for (const { length } of Object.values(
        await factsOf(piece.repeat(1024 ** 2 / piece.length), 'text/html', 65_536),
      ))
        expect(length).toBeLessThanOrEqual(2_000)
  })
})

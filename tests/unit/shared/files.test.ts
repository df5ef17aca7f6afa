import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contentDisposition, isShown, lookOf, partCount, partLength } from '#shared/domain/files'
import { sharesOf } from '#shared/domain/shares'
import { cleanFileName, shortFileName } from '#shared/domain/text/fileNames'
import { graphemes } from '#shared/domain/text/graphemes'
import { LIMITS } from '#shared/limits'
import { createUploadInput } from '#shared/schemas/upload'
import { rangeOf } from '../../../server/utils/sendFile'

const bytesOf = (text: string) => new TextEncoder().encode(text).length
/** Names as the wicked make them: anything, with what is dangerous in it often. */
const names = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '/',
        '\\',
        '..',
        '.',
        '\r\n',
        '\0',
        '\u202E',
        '\u2066',
        '\uD800',
        '"',
        ';',
        ' ',
        'é',
        '😀',
        'CON',
      ),
    ),
  )
  .map((parts) => parts.join(''))

describe('cleanFileName', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['Báo cáo tháng 3.docx', 'Báo cáo tháng 3.docx'],
    ['写真 1.jpg', '写真 1.jpg'],
    ['../../etc/passwd', '.._.._etc_passwd'],
    ['AC\\DC.mp3', 'AC_DC.mp3'],
    ['/', '_'],
    ['..', 'file'],
    ['   ', 'file'],
    ['\u202E', 'file'],
    ['\u3164', 'file'],
    // Reads as "annexe.jpg" where the mark is shown.
    ['ann\u202Egpj.exe', 'anngpj.exe'],
    ['a\r\nSet-Cookie: x=1.txt', 'a Set-Cookie: x=1.txt'],
    ['tab\tand\0null.txt', 'tab andnull.txt'],
    ['what?<b>*|.txt', 'what?<b>*|.txt'],
    ['say "hi".txt', 'say "hi".txt'],
    ['lone \uD800 surrogate.txt', 'lone  surrogate.txt'],
    ['.env', '.env'],
    ['.gitignore', '.gitignore'],
    ['many   spaces .txt ', 'many   spaces .txt'],
    ['می\u200Cخواهم.pdf', 'می\u200Cخواهم.pdf'],
    ['👩\u200D👩\u200D👧.png', '👩\u200D👩\u200D👧.png'],
    ['❤️ 1️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿.png', '❤️ 1️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿.png'],
    ['x\u200B\u200Dy.txt', 'xy.txt'],
    ['Nguye\u0302\u0303n.txt', 'Nguye\u0302\u0303n.txt'],
  ])('turns %j into %j', (name, clean) => expect(cleanFileName(name)).toBe(clean))

  it('cuts a name of 1,000 characters and keeps its ending', () => {
    expect(cleanFileName(`${'x'.repeat(1_000)}.tar.gz`)).toBe(`${'x'.repeat(252)}.gz`)
    expect(cleanFileName(`${'ế'.repeat(1_000)}.docx`)).toMatch(/^ế{83}\.docx$/)
    // No ending, however many points there are.
    expect(bytesOf(cleanFileName(`a.${'😀'.repeat(400)}`))).toBeLessThanOrEqual(255)
  })

  it('never leaves a path, a control character or a change of direction, and is never empty or too long', () => {
    fc.assert(
      fc.property(names, (name) => {
        const clean = cleanFileName(name)
        expect(clean).not.toBe('')
        expect(clean).not.toMatch(/[/\\\p{Cc}\p{Surrogate}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u)
        expect(clean).not.toMatch(/^\s|\s$|^\.+$/)
        expect(bytesOf(clean)).toBeLessThanOrEqual(LIMITS.fileNameBytes)
        expect(cleanFileName(clean)).toBe(clean)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('shortFileName', () => {
  it.each([
    ['Annual report.pdf', 'Annual report.pdf'],
    ['Annual report of the year before last.pdf', 'Annual report of t…e last.pdf'],
    ['年度報告書年度報告書年度報告書.pdf', '年度報告書年…書年度報告書.pdf'],
    ['🇻🇳'.repeat(30), `${'🇻🇳'.repeat(4)}…${'🇻🇳'.repeat(10)}`],
  ])('turns %j into %j', (name, short) => expect(shortFileName(name, 29)).toBe(short))

  it('never cuts a character', () => {
    const name = 'Nguye\u0302\u0303n 🇻🇳 👨‍👩‍👧 báo cáo '.repeat(6).normalize('NFD')
    const [begin, end] = shortFileName(name, 40).split('…') as [string, string]
    expect(name.startsWith(begin) && name.endsWith(end)).toBe(true)
    expect(graphemes(name).slice(0, graphemes(begin).length).join('')).toBe(begin)
    expect(graphemes(name).slice(-graphemes(end).length).join('')).toBe(end)
  })
})

describe('parts', () => {
  it('add up to the file, have the same size except the last, and are not empty', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.integer({ min: 1, max: LIMITS.fileBytes }),
          fc.integer({ min: 1, max: 40 }).map((n) => n * LIMITS.partBytes),
        ),
        (size) => {
          const lengths = Array.from({ length: partCount(size) }, (_, index) => partLength(size, index + 1))
          expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(size)
          expect(lengths.slice(0, -1).every((length) => length === LIMITS.partBytes)).toBe(true)
          expect(lengths.at(-1)).toBeGreaterThan(0)
          expect(lengths.at(-1)).toBeLessThanOrEqual(LIMITS.partBytes)
        },
      ),
    )
  })

  it.each([
    [1, 1],
    [LIMITS.partBytes, 1],
    [LIMITS.partBytes + 1, 2],
    [LIMITS.fileBytes, 256],
  ])('of %i bytes are %i', (size, count) => expect(partCount(size)).toBe(count))
})

describe('contentDisposition', () => {
  /** The header as RFC 6266 reads it. */
  function parse(header: string) {
    const match = /^(inline|attachment); filename="([^"\\\r\n]*)"; filename\*=UTF-8''([\w!#$&+.^`|~%-]*)$/.exec(header)
    return match && { type: match[1], ascii: match[2], name: decodeURIComponent(match[3]!) }
  }

  it.each([
    ['report.pdf', 'report.pdf'],
    ['Báo cáo.pdf', 'B_o c_o.pdf'],
    ["it's 100% (really)*.pdf", "it's 100_ (really)*.pdf"],
    ['a;b=c,d.pdf', 'a;b=c,d.pdf'],
  ])('names %j, and %j for old clients', (name, ascii) => {
    expect(parse(contentDisposition('application/pdf', name))).toEqual({ type: 'inline', ascii, name })
  })

  it('can be read back for every clean name, and is one line of printable ASCII', () => {
    fc.assert(
      fc.property(names.map(cleanFileName), (name) => {
        const header = contentDisposition('text/html', name)
        expect(header).toMatch(/^[\x20-\x7E]+$/)
        expect(parse(header)).toMatchObject({ type: 'attachment', name })
      }),
    )
  })

  it.each([
    'text/html',
    'image/svg+xml',
    'application/xhtml+xml',
    'text/javascript',
    'application/xml',
    'text/plain',
    '',
    'image/png; x',
    'IMAGE/PNG',
  ])('never shows %j inline', (mime) => {
    expect(isShown(mime)).toBe(false)
    expect(contentDisposition(mime, 'x')).toMatch(/^attachment;/)
  })
})

describe('rangeOf', () => {
  const etag = '"v1"'
  it.each([
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=0-9', { start: 0, end: 9 }],
    ['bytes=3-', { start: 3, end: 9 }],
    ['bytes=-3', { start: 7, end: 9 }],
    ['bytes=-30', { start: 0, end: 9 }],
    ['bytes=5-500', { start: 5, end: 9 }],
    ['bytes=9-', { start: 9, end: 9 }],
    ['bytes=10-', 'beyond'],
    ['bytes=10-12', 'beyond'],
    ['bytes=-0', 'beyond'],
    ['bytes=99999999999999999999-', 'beyond'],
    // What cannot be read, or asks for several, gets the whole.
    ['bytes=5-3', null],
    ['bytes=-', null],
    ['bytes=0-1,4-5', null],
    ['lines=0-1', null],
    ['bytes=a-b', null],
    ['bytes=1e1-', null],
    [undefined, null],
  ] as const)('%s of ten bytes is %j', (header, range) => expect(rangeOf(header, undefined, etag, 10)).toEqual(range))

  it('counts only if the file is the one that If-Range names', () => {
    expect(rangeOf('bytes=1-2', etag, etag, 10)).toEqual({ start: 1, end: 2 })
    for (const other of ['"v2"', 'W/"v1"', 'Wed, 21 Oct 2026 07:28:00 GMT'])
      expect(rangeOf('bytes=1-2', other, etag, 10)).toBeNull()
  })

  it('stays inside the file for any request', () => {
    const digits = fc.oneof(fc.constant(''), fc.nat(300).map(String))
    fc.assert(
      fc.property(digits, digits, fc.integer({ min: 1, max: 200 }), (from, to, size) => {
        const range = rangeOf(`bytes=${from}-${to}`, undefined, etag, size)
        if (range === null || range === 'beyond') return
        expect(range.start).toBeGreaterThanOrEqual(0)
        expect(range.start).toBeLessThanOrEqual(range.end)
        expect(range.end).toBeLessThan(size)
      }),
    )
  })
})

describe('sharesOf', () => {
  const file = { kind: 'file', mime: 'application/pdf' }
  const video = { kind: 'file', mime: 'video/mp4' }
  const image = { kind: 'image', mime: 'image/png' }
  const voice = { kind: 'voice', mime: 'audio/webm' }
  it.each([
    ['', [], []],
    ['hello', [], []],
    ['see https://example.com', [], ['links']],
    ['', [image], ['media']],
    ['', [video], ['media']],
    ['', [file], ['files']],
    ['', [voice], ['voice']],
    ['www.example.com', [file, image, voice], ['media', 'files', 'links', 'voice']],
  ] as const)('%j with %j is among %j', (text, attachments, shares) =>
    expect(sharesOf(text, attachments)).toEqual(shares),
  )

  it('puts every file into exactly one list, by how it is shown', () => {
    for (const mime of [
      'video/x-matroska',
      'video/x-msvideo',
      'video/mp2t',
      'video/mp4',
      'audio/mpeg',
      'audio/x-aiff',
      'text/plain',
    ]) {
      const isFilm = lookOf({ kind: 'file', mime }) === 'video'
      expect([mime, sharesOf('', [{ kind: 'file', mime }])]).toEqual([mime, [isFilm ? 'media' : 'files']])
    }
  })
})

describe('the claim of an upload', () => {
  const claim = { kind: 'file', conversationId: 'a'.repeat(24), name: 'x', mime: '', size: 1 }
  const fits = (change: object) => createUploadInput.safeParse({ ...claim, ...change }).success

  it.each([
    ['file', LIMITS.fileBytes, 2 * 1024 ** 3],
    ['image', LIMITS.imageBytes, 30 * 1024 ** 2],
    ['avatar', LIMITS.avatarBytes, 10 * 1024 ** 2],
  ])('a %s has one to %i bytes', (kind, limit, expected) => {
    expect(limit).toBe(expected)
    for (const [size, ok] of [
      [0, false],
      [-1, false],
      [1.5, false],
      [1, true],
      [limit, true],
      [limit + 1, false],
    ] as const) {
      expect(fits({ kind, size })).toBe(ok)
    }
  })

  it('a media type is one, in any case and with parameters', () => {
    expect(createUploadInput.parse({ ...claim, mime: 'Text/HTML; charset=utf-8' }).mime).toBe('text/html')
    for (const mime of ['', 'image/svg+xml', 'application/vnd.ms-excel']) expect(fits({ mime })).toBe(true)
    for (const mime of ['html', 'text/', '/html', 'text/html\r\nX: y', 'a/b/c', 'text/ht ml', `a/${'b'.repeat(200)}`])
      expect(fits({ mime })).toBe(false)
  })

  it.each([
    { kind: 'page' },
    { name: '' },
    { name: 'x'.repeat(1_025) },
    { conversationId: undefined },
    { conversationId: 'mine' },
    { key: 'elsewhere' },
    { size: '1' },
  ])('refuses %j', (change) => expect(fits(change)).toBe(false))
})

import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { ownPath } from '#shared/domain/ownPath'

it.each([
  ['/', '/'],
  ['/c/1?x=1&y=2#z', '/c/1?x=1&y=2#z'],
  ['/c/đường', '/c/%C4%91%C6%B0%E1%BB%9Dng'],
  ['/a/../b', '/b'],
])('goes to %j', (wanted, path) => expect(ownPath(wanted)).toBe(path))

it.each([
  null,
  undefined,
  '',
  'c/1',
  '//evil',
  '/\\evil',
  '/\t/evil',
  '/\n\\evil',
  '/.//evil',
  '/a/..//evil',
  'https://evil',
  '/\t\t//[',
  '//',
])('stays at the start for %j', (wanted) => expect(ownPath(wanted)).toBe('/'))

it('never leaves this site, and fits into a header, for any input', () => {
  const odd = fc.string({ unit: fc.constantFrom(...'/\\\t\n\r.:@?#%a đ\0'), maxLength: 8 })
  fc.assert(
    fc.property(fc.oneof(odd, fc.string({ unit: 'binary' })), (text) => {
      for (const wanted of [text, `/${text}`]) {
        const path = ownPath(wanted)
        expect(path).toMatch(/^\/[\x21-\x7e]*$/)
        expect(new URL(path, 'https://chat.example').origin).toBe('https://chat.example')
        expect(ownPath(path)).toBe(path)
      }
    }),
    { numRuns: 2_000 },
  )
})

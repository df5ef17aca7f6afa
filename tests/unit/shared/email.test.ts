import { expect, it } from 'vitest'
import { normalizeLogin } from '#shared/domain/email'
import { email } from '#shared/schemas/account'

it.each([
  ['x@münchen.de', 'x@xn--mnchen-3ya.de'],
  ['X@MÜNCHEN.de ', 'x@xn--mnchen-3ya.de'],
  ['x@mu\u0308nchen.de', 'x@xn--mnchen-3ya.de'],
  ['x@xn--mnchen-3ya.de', 'x@xn--mnchen-3ya.de'],
  ['x@XN--MNCHEN-3YA.DE', 'x@xn--mnchen-3ya.de'],
  ['a@例え.テスト', 'a@xn--r8jz45g.xn--zckzah'],
  ['a@例え。テスト', 'a@xn--r8jz45g.xn--zckzah'],
  ['Ann.O+x@Example.COM', 'ann.o+x@example.com'],
])('%s has one form, for storing and for signing in', (typed, stored) => {
  expect([email.parse(typed), normalizeLogin(typed)]).toEqual([stored, stored])
})

it.each([
  'x@',
  '@münchen.de',
  'x@münchen',
  'x@mün chen.de',
  'x@münchen.de/path',
  'x@münchen.de:80',
  'x@１２７.0.0.1',
  'x@y@münchen.de',
  'münchen.de',
])('%s is no address', (typed) => expect(email.safeParse(typed).success).toBe(false))

it('usernames are searched in lower case', () => expect(normalizeLogin(' Ann.Smith ')).toBe('ann.smith'))

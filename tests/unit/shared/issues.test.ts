import { describe, expect, it } from 'vitest'
import { ISSUE_CODES, type IssueCode, type IssueParams } from '#shared/errors'
import { passwordInput, registerInput, userSearchQuery } from '#shared/schemas/account'
import { createConversationInput } from '#shared/schemas/conversation'
import { issuesOf } from '#shared/schemas/issues'
import { sendInput } from '#shared/schemas/message'
import type { z } from 'zod'
import en from '../../../i18n/locales/en.json'
import vi from '../../../i18n/locales/vi.json'

const ID = '0123456789abcdef01234567'
const account = { email: 'ann@example.com', username: 'ann', displayName: 'Ann', password: 'gull harbour 47' }

function issues(schema: z.ZodType, input: unknown) {
  const result = schema.safeParse(input, { reportInput: true })
  return result.success ? [] : issuesOf(result.error).map(({ path, code, params }) => [path.join('.'), code, params])
}

describe('what is wrong with an input', () => {
  const cases: [string, z.ZodType, unknown, [string, IssueCode, IssueParams][]][] = [
    ['a field that is missing', registerInput, { ...account, email: undefined }, [['email', 'required', {}]]],
    ['a text that is empty', passwordInput, { current: '', next: 'gull harbour 47' }, [['current', 'required', {}]]],
    [
      'a text that is too short',
      registerInput,
      { ...account, password: 'short' },
      [['password', 'too_short', { min: 8 }]],
    ],
    [
      'a text that is too long',
      registerInput,
      { ...account, displayName: 'x'.repeat(200) },
      [['displayName', 'too_long', { max: 64 }]],
    ],
    ['a name of nothing', registerInput, { ...account, displayName: ' ' }, [['displayName', 'blank', {}]]],
    ['no address', registerInput, { ...account, email: 'ann' }, [['email', 'invalid_email', {}]]],
    ['a username with a blank', registerInput, { ...account, username: 'a b' }, [['username', 'invalid_username', {}]]],
    ['another type', registerInput, { ...account, email: 7 }, [['email', 'invalid_type', { expected: 'string' }]]],
    [
      'a key that nobody asked for',
      registerInput,
      { ...account, isAdmin: true },
      [['', 'unknown_key', { keys: 'isAdmin' }]],
    ],
    ['a number that is too large', userSearchQuery, { limit: '99' }, [['limit', 'too_large', { max: 50 }]]],
    [
      'a list that is too long',
      sendInput,
      { clientId: 'client-1', uploadIds: Array.from({ length: 11 }, (_, n) => ID.slice(2) + String(n + 10)) },
      [['uploadIds', 'too_many', { max: 10 }]],
    ],
    [
      'an id that is none',
      createConversationInput,
      { kind: 'direct', userId: 'x' },
      [['userId', 'invalid_format', {}]],
    ],
    ['a kind that there is not', createConversationInput, { kind: 'party' }, [['kind', 'invalid_value', {}]]],
    ['a message without anything', sendInput, { clientId: 'client-1', text: ' ' }, [['text', 'blank', {}]]],
  ]
  it.each(cases)('%s has its code', (_name, schema, input, expected) => {
    expect(issues(schema, input)).toEqual(expected)
  })
})

describe.each([
  ['en', en.issue],
  ['vi', vi.issue],
])('the sentences in %s', (_locale, sentences: Record<string, unknown>) => {
  const params: Partial<Record<IssueCode, string>> = {
    too_short: 'min',
    too_long: 'max',
    too_few: 'min',
    too_many: 'max',
    too_small: 'min',
    too_large: 'max',
    other_domain: 'domain',
  }
  it.each(ISSUE_CODES.map((code) => [code]))('say %s, with what it names', (code) => {
    const named = [...String(sentences[code]).matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
    expect(typeof sentences[code]).toBe('string')
    expect(named).toEqual(params[code] ? [params[code]] : [])
  })
})

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { cleanMessageText, isVisible } from '#shared/domain/text/clean'
import { AppError } from '#shared/errors'
import { LIMITS } from '#shared/limits'
import { requestFrame, requestSchemas } from '#shared/protocol/client'
import * as account from '#shared/schemas/account'
import { createConversationInput, mySettingsInput, readInput } from '#shared/schemas/conversation'
import { issuesOf } from '#shared/schemas/issues'
import { parseInput } from '#shared/schemas/parseInput'
import { clientId, objectId, plainText, singleLine } from '#shared/schemas/fields'
import { historyQuery, messageText, sendInput } from '#shared/schemas/message'
import { syncInput } from '#shared/schemas/sync'

const ID = '0123456789abcdef01234567'

/** Any text at all: also lone surrogates, NUL, marks and very odd characters. */
const anyString = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 }).map((units) => String.fromCharCode(...units)),
)
const nastyKey = fc.constantFrom('$gt', '$where', 'constructor', 'toString', 'prototype', 'a.b', '', 'kind', 'clientId')
const anyValue = fc.oneof(fc.anything(), fc.jsonValue(), fc.dictionary(nastyKey, fc.anything()), anyString)

const everyInput: Record<string, z.ZodType> = {
  registerInput: account.registerInput,
  loginInput: account.loginInput,
  profileInput: account.profileInput,
  passwordInput: account.passwordInput,
  userSearchQuery: account.userSearchQuery,
  createConversationInput,
  mySettingsInput,
  readInput,
  historyQuery,
  sendInput,
  syncInput,
  requestFrame,
  ...requestSchemas,
}

describe('every input schema', () => {
  it.each(Object.entries(everyInput))('%s refuses or accepts any input, and never throws', (_name, schema) => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const result = schema.safeParse(value)
        // What has passed passes again, unchanged: nothing is half cleaned. (Queries turn texts into numbers.)
        const isQuery = schema === historyQuery || schema === account.userSearchQuery
        expect(result.success && !isQuery ? schema.safeParse(result.data) : result).toEqual(result)
      }),
    )
  })

  it.each(Object.entries(everyInput).filter(([name]) => name !== 'syncInput' && name !== 'sync'))(
    '%s takes no extra key',
    (_name, schema) => {
      const result = schema.safeParse({ nobodyAskedForThis: 1 })
      expect(result.success).toBe(false)
      expect(result.error!.issues.some(({ code }) => code === 'unrecognized_keys' || code === 'invalid_union')).toBe(
        true,
      )
    },
  )
})

describe('a value that pretends to be a list', () => {
  const lengths = [{ toString: 1 }, { valueOf: 1, toString: null }, { length: { toString: 1 } }, Object.create(null)]
  const lists = ['memberIds', 'userIds', 'attachmentIds', 'allow', 'deny', 'parts', 'conversations', 'text', 'kind']
  it.each(Object.entries(everyInput))('is refused by %s as any other', (_name, schema) => {
    for (const length of lengths) {
      const input = Object.fromEntries(lists.map((name) => [name, { length, size: length }]))
      for (const value of [input, { length }, { data: input }, { kind: 'group', name: 'Club', ...input }])
        expect(() => parseInput(schema, value)).toThrow(AppError)
    }
  })
})

describe('a text that people wrote', () => {
  const lineOf = singleLine(LIMITS.displayNameCharacters)

  it('is cleaned or refused, whatever it is, and can be stored and read back', () => {
    fc.assert(
      fc.property(anyString, (text) => {
        const { success, data = '' } = messageText.safeParse(text)
        expect(success ? data : '').toBe(isVisible(data) ? cleanMessageText(text) : '')
        expect(Buffer.from(data, 'utf8').toString('utf8')).toBe(data)
        expect(data).not.toContain('\0')
      }),
    )
  })

  it('is counted in characters, also if an emoji has two code units', () => {
    expect(messageText.safeParse('a'.repeat(8_000)).success).toBe(true)
    expect(messageText.safeParse('a'.repeat(8_001)).success).toBe(false)
    expect(messageText.safeParse('😀'.repeat(8_000)).success).toBe(true)
    expect(messageText.safeParse('😀'.repeat(8_001)).success).toBe(false)
    expect(plainText(3).safeParse('a😀b').success).toBe(true)
  })

  it.each(['', ' ', '\n\t', '\u200b\u200d', '\ufeff', '\u3000'])(
    'is refused as a message if nothing of it is visible: %j',
    (text) => {
      expect(messageText.safeParse(text).success).toBe(false)
    },
  )

  it.each(['\ud800', 'a\udc00b', '\0', 'a\0b'])(
    'loses what cannot be stored, which a password must not have: %j',
    (text) => {
      expect(messageText.parse(`x${text}`)).toMatch(/^x(ab)?$/)
      expect(lineOf.parse(`x${text}`)).toMatch(/^x(ab)?$/)
      expect(account.newPassword.safeParse(`password${text}`).success).toBe(false)
    },
  )

  it('is as a name one line without marks that change the direction around it', () => {
    expect(lineOf.parse('  Anh \n  Lê ')).toBe('Anh Lê')
    for (const name of ['a\u202eb', 'a\u2066b', 'a\u0007b', 'a\u009bb', 'a\u200bb'])
      expect(lineOf.parse(name)).toBe('ab')
  })

  it('is refused as a display name if nothing of it is visible', () => {
    for (const name of ['', '   ', '\u200b', '\u00ad\u200d', '\u3164', '\u2800', '\u034f', '\u115f']) {
      expect([name, account.displayName.safeParse(name).success]).toEqual([name, false])
    }
  })
})

describe('names of accounts', () => {
  it.each(['A.b', 'a_b-c', 'x'.repeat(LIMITS.usernameMin), 'x'.repeat(LIMITS.usernameMax), '0a1', 'abc_'])(
    'accepts the username %j, in lower case',
    (name) => {
      expect(account.username.parse(name)).toBe(name.toLowerCase())
    },
  )

  it.each([
    'x'.repeat(LIMITS.usernameMin - 1),
    'x'.repeat(LIMITS.usernameMax + 1),
    '.ab',
    '-ab',
    '_ab',
    'ab-',
    'ab.',
    'a b',
    'a@b',
    'ạbc',
    'abc\n.',
    '$gt',
    'a/b',
  ])('refuses the username %j', (name) => expect(account.username.safeParse(name).success).toBe(false))

  it.each([
    'admin',
    'Admin',
    'ADMIN',
    'adm1n',
    'admln',
    'ad.min',
    'a-d-m-i-n',
    'adrnin',
    'support',
    'supp0rt',
    'system',
    'everyone',
    'here',
    'all',
    'a11',
    'root',
    'moderator',
    'rnoderator',
    'webchat',
    'null',
    'me',
    'no-reply',
  ])('reserves the username %j', (name) => {
    const result = account.username.safeParse(name, { reportInput: true })
    expect(result.success ? [] : issuesOf(result.error).map(({ code }) => code)).toEqual(['reserved'])
  })

  it.each(['ali', 'ann', 'heidi', 'allan', 'bo', 'mei', 'roots', 'administa'])(
    'does not reserve the username %j',
    (name) => {
      expect(account.username.parse(name)).toBe(name)
    },
  )

  it('accepts an email address in lower case, without the spaces around it', () => {
    expect(account.email.parse(' Le.Huong@Example.COM ')).toBe('le.huong@example.com')
    for (const address of ['', 'a', 'a@', '@b.co', 'a@b', 'a b@c.de', `${'a'.repeat(250)}@b.co`]) {
      expect([address, account.email.safeParse(address).success]).toEqual([address, false])
    }
  })

  it('accepts a password of 8 to 128 characters unchanged', () => {
    expect(account.newPassword.parse('  blanks count  ')).toBe('  blanks count  ')
    expect(account.newPassword.safeParse('1234567').success).toBe(false)
    expect(account.newPassword.safeParse('x'.repeat(128)).success).toBe(true)
    expect(account.newPassword.safeParse('x'.repeat(129)).success).toBe(false)
  })
})

describe('ids and numbers', () => {
  it.each(['', ID.slice(1), `${ID}0`, ID.toUpperCase(), `${ID}\n`, ID.replace('0', 'g'), '../etc/passwd'])(
    '%j is no id',
    (id) => {
      expect(objectId.safeParse(id).success).toBe(false)
    },
  )

  it.each(['1234567', 'x'.repeat(65), 'with space', 'a.b.c.d.e', 'ünïcödé1', '$where__'])(
    '%j is no client id',
    (id) => {
      expect(clientId.safeParse(id).success).toBe(false)
    },
  )

  it.each(['0', '101', '-1', '1.5', 'abc', '', '1e1', '0x10', ' 1', '9'.repeat(17)])('%j is no limit', (limit) => {
    expect(historyQuery.safeParse({ limit }).success).toBe(false)
  })

  it('accepts one anchor in the history at most', () => {
    expect(historyQuery.parse({ before: '7' })).toEqual({ before: 7, limit: LIMITS.pageDefault })
    expect(historyQuery.safeParse({ before: '7', after: '3' }).success).toBe(false)
    expect(historyQuery.safeParse({ around: ['7', '8'] }).success).toBe(false)
  })

  it('accepts 2,000 conversations in one sync, and not more', () => {
    const known = (count: number) => ({
      conversations: Object.fromEntries(Array.from({ length: count }, (_, n) => [n.toString(16).padStart(24, '0'), n])),
    })
    expect(syncInput.safeParse(known(LIMITS.syncConversations)).success).toBe(true)
    expect(syncInput.safeParse(known(LIMITS.syncConversations + 1)).success).toBe(false)
  })
})

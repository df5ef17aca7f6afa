import { describe, expect, it } from 'vitest'
import { commonPasswords } from '#shared/domain/commonPasswords'
import { passwordStrength, preparePassword } from '#shared/domain/passwords'

const OWN = ['ann.smith@example.com', 'annsmith', 'Ann Smith']
const strength = (password: string) => passwordStrength(password, OWN, commonPasswords)

describe('the strength of a password', () => {
  it.each([
    ['', 0],
    ['short7!', 0],
    ['😀'.repeat(7), 0],
    ['aaaaaaaa', 1],
    ['        ', 1],
    ['a'.repeat(128), 1],
    ['abcdefghijklmnop', 1],
    ['87654321', 1],
    ['annsmith1', 1],
    ['Annsmith1!', 1],
    ['4nnsm1th', 1],
    ['annsmithannsmith', 1],
    ['ann.smith@example.com', 1],
    ['webchat1', 1],
    ['password123', 1],
    ['P@ssw0rd!', 1],
    ['passwordpasswordpassword', 1],
    ['小明小明小明小明', 1],
    ['qz7vkwmx', 2],
    ['bright-harbour-42', 3],
    ['gull harbour 47 & rain', 4],
    ['correct horse battery staple', 4],
    ['Tr0ub4dor&3xyQ', 4],
    ['mật khẩu của tôi', 4],
  ] as const)('of %j is %i', (password, expected) => expect(strength(password)).toBe(expected))

  it('is found quickly for any input', () => {
    const started = performance.now()
    for (const password of ['p@ssw0rd', '4@8({[</369&#!1/|', 'a@4', 'i1!|l', 'zxcvbn'])
      strength(password.repeat(128).slice(0, 128))
    expect(performance.now() - started).toBeLessThan(1_000)
  })
})

describe('a prepared password', () => {
  it('is the same from every keyboard', () => {
    for (const word of ['mật khẩu', 'Grüße-42', '비밀번호입니다']) {
      expect(preparePassword(word.normalize('NFD'))).toBe(preparePassword(word))
    }
    expect(preparePassword('a\u00a0b\u3000c')).toBe('a b c')
  })

  it('keeps case, and spaces at its ends', () => expect(preparePassword('  PassWord ')).toBe('  PassWord '))
})

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { lookAlikesAmong, plainLook } from '#shared/domain/text/lookAlikes'
import { skeletonOf } from '#shared/domain/text/skeleton'
import { confusablesModule } from '../../../scripts/makeConfusables.mjs'

describe('skeletonOf', () => {
  it.each([
    ['Ben Carter', 'Ben\u200b Carter'],
    ['Ben Carter', 'ben  carter'],
    ['Ben Carter', 'Веn Саrtеr'],
    ['Ben Carter', 'BEN CARTER'],
    ['Ben Carter', 'Ｂｅｎ Ｃａｒｔｅｒ'],
    ['Ben Carter', '𝐁𝐞𝐧 𝐂𝐚𝐫𝐭𝐞𝐫'],
    ['Ben Carter', 'Bеn Cаrtеr'],
    ['Ian', 'lan'],
    ['Ian', 'ian'],
    ['Ian', '1an'],
    ['Bob', 'B0b'],
    ['modern', 'rnodern'],
    ['Paul', 'Раul'],
    ['Anna', 'Ꭺnna'],
    ['Ωmega', 'Ωmega'],
    ['Nguyễn', 'Nguyê\u0303n'],
  ])('%j and %j look alike', (one, other) => expect(skeletonOf(one)).toBe(skeletonOf(other)))

  it.each([
    ['Ben', 'Bob'],
    ['Hương', 'Hướng'],
    ['Minh', 'Ming'],
    ['王小明', '王大明'],
    ['Иван', 'Ivan'],
    ['', 'a'],
  ])('%j and %j do not', (one, other) => expect(skeletonOf(one)).not.toBe(skeletonOf(other)))
})

it('the table is the one that the script makes', () => {
  expect(readFileSync(new URL('../../../shared/domain/text/confusables.ts', import.meta.url), 'utf8')).toBe(
    confusablesModule(),
  )
})

describe('lookAlikesAmong', () => {
  const people = [
    { id: '1', displayName: 'Ben Carter' },
    { id: '2', displayName: 'Веn Carter' },
    { id: '3', displayName: 'Cleo' },
    { id: '1', displayName: 'Ben Carter' },
    { id: '4', displayName: 'ＣＬＥＯ' },
  ]

  it('names both of two people, and no one person twice', () => {
    expect([...lookAlikesAmong(people, skeletonOf)].toSorted()).toEqual(['1', '2', '3', '4'])
    expect([...lookAlikesAmong([people[0]!, people[3]!, people[2]!], skeletonOf)]).toEqual([])
  })

  it('knows the same letters in another form before the table is loaded', () => {
    expect([...lookAlikesAmong(people, plainLook)].toSorted()).toEqual(['3', '4'])
  })
})

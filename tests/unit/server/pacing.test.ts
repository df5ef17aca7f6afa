import { expect, it } from 'vitest'
import { Allowance } from '../../../server/auth/allowance'
import { Pacer } from '../../../server/network/pacing'

/** A pacer whose turns of the event loop come when the test says so. */
function pacer() {
  const turns: (() => void)[] = []
  const begun: string[] = []
  const one = new Pacer((run) => turns.push(run))
  return {
    begun,
    begin: (key: string, name: string, units = 1) => one.begin(key, units, () => begun.push(name)),
    turn: () => turns.splice(0).forEach((run) => run()),
  }
}

it('begins a single job at once', () => {
  const { begun, begin } = pacer()
  begin('a', 'a1')
  expect(begun).toEqual(['a1'])
})

it('spreads many jobs over turns, and lets others run in between', () => {
  const { begun, begin, turn } = pacer()
  for (const name of ['a1', 'a2', 'a3', 'a4', 'a5', 'a6']) begin('a', name)
  begin('b', 'b1')
  expect(begun).toEqual(['a1', 'a2'])
  turn()
  expect(begun).toEqual(['a1', 'a2', 'a3', 'b1'])
  turn()
  turn()
  turn()
  expect(begun).toEqual(['a1', 'a2', 'a3', 'b1', 'a4', 'a5', 'a6'])
  begin('c', 'c1')
  expect(begun.at(-1)).toBe('c1')
})

it('lets an expensive job pay with the next turns', () => {
  const { begun, begin, turn } = pacer()
  begin('a', 'page', 6)
  begin('b', 'b1')
  turn()
  turn()
  expect(begun).toEqual(['page'])
  turn()
  expect(begun).toEqual(['page', 'b1'])
})

it('an allowance is used at once, then paid back with time', () => {
  let now = 0
  const time = new Allowance({ atOnceMs: 300, perSecondMs: 200 }, () => now)
  time.spend('a', 300)
  expect([time.waitOf('a'), time.waitOf('b')]).toEqual([0, 0])
  time.spend('a', 100)
  expect(time.waitOf('a')).toBe(500)
  now = 500
  expect(time.waitOf('a')).toBe(0)
  now = 10_000
  time.spend('a', 300)
  expect(time.waitOf('a')).toBe(0)
})

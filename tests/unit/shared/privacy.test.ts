import { expect, it } from 'vitest'
import {
  canAddToGroup,
  canFind,
  canSeeEachOther,
  canWriteFirst,
  DEFAULT_PRIVACY,
  type Privacy,
  type Side,
} from '#shared/domain/privacy'

const NO = { sharesGroup: false, isContact: false }
const GROUP = { ...NO, sharesGroup: true }
const CONTACT = { ...NO, isContact: true }

it.each([
  ['everybody', NO, false, true],
  ['groups', NO, false, false],
  ['groups', GROUP, false, true],
  ['groups', NO, true, true],
  ['username', GROUP, false, false],
  ['username', NO, true, true],
] as const)('found by %s, with %o and the whole username %s: %s', (find, ties, isUsername, expected) => {
  expect(canFind({ ...DEFAULT_PRIVACY, find }, ties, isUsername)).toBe(expected)
})

it.each([
  ['everybody', NO, true],
  ['groups', NO, false],
  ['groups', GROUP, true],
  ['nobody', GROUP, false],
] as const)('written to first by %s, with %o: %s', (write, ties, expected) => {
  expect(canWriteFirst({ ...DEFAULT_PRIVACY, write }, ties)).toBe(expected)
})

it.each([
  ['everybody', NO, true],
  ['contacts', NO, false],
  ['contacts', CONTACT, true],
  ['nobody', CONTACT, false],
] as const)('added by %s, with %o: %s', (add, ties, expected) => {
  expect(canAddToGroup({ ...DEFAULT_PRIVACY, add }, ties)).toBe(expected)
})

it('two people see each other if both show it to the other', () => {
  const audiences: Privacy['lastSeen'][] = ['everybody', 'contacts', 'nobody']
  const sides = audiences.flatMap((audience) => [true, false].map((isContact): Side => ({ audience, isContact })))
  const shown = (side: Side) => side.audience === 'everybody' || (side.audience === 'contacts' && side.isContact)
  for (const one of sides)
    for (const other of sides) expect(canSeeEachOther(one, other)).toBe(shown(one) && shown(other))
})

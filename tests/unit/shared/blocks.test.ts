import { expect, it } from 'vitest'
import { blockOf, shownBlock } from '#shared/domain/blocks'
import { can, RIGHTS, type Standing } from '#shared/domain/permissions'

const DIRECT = { kind: 'direct', permissions: {} } as const
const standing = (block: Standing['block']): Standing => ({ role: 'member', allow: [], deny: [], until: null, block })

it.each([
  [false, false, undefined, undefined],
  [true, false, 'mine', 'mine'],
  [false, true, 'theirs', undefined],
  [true, true, 'both', 'mine'],
] as const)('mine %s and theirs %s is the block %s, shown as %s', (isMine, isTheirs, block, shown) => {
  expect(blockOf(isMine, isTheirs)).toBe(block)
  expect(shownBlock(block)).toBe(shown)
})

it.each([
  ['mine', 'blocking'],
  ['both', 'blocking'],
  ['theirs', 'unreachable'],
] as const)('the block %s leaves the right to delete, and denies the others as %s', (block, reason) => {
  for (const right of RIGHTS) {
    const before = can(DIRECT, standing(undefined), right, 0)
    const after = can(DIRECT, standing(block), right, 0)
    if (!before.allowed || right === 'deleteOwn') expect(after).toEqual(before)
    else expect(after).toEqual({ allowed: false, reason })
  }
})

it('denies nothing in a group', () => {
  const group = { kind: 'group', permissions: {} } as const
  for (const right of RIGHTS)
    expect(can(group, standing('both'), right, 0)).toEqual(can(group, standing(undefined), right, 0))
})

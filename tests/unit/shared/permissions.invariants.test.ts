import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  can,
  canActOn,
  canChangePermissions,
  canChangeRole,
  canDeleteMessage,
  canHandOver,
  canLeave,
  canOverride,
  RIGHTS,
  rightsOf,
  ROLES,
  type Right,
  type Role,
  type Rules,
  type Standing,
} from '#shared/domain/permissions'
import { writingOf } from '#shared/domain/text/links'
import { canEditMessage } from '#shared/domain/writing'

const NOW = 1_000_000
const role = fc.constantFrom<Role>(...ROLES)
const right = fc.constantFrom<Right>(...RIGHTS)
const rights = fc.array(right, { maxLength: 6 })
const until = fc.constantFrom(null, 0, NOW - 1, NOW, NOW + 1, NOW + 60_000)
const standing: fc.Arbitrary<Standing> = fc.record({ role, allow: rights, deny: rights, until })
const permissions = fc.dictionary(right, role, { maxKeys: 21 }) as fc.Arbitrary<Partial<Record<Right, Role>>>
const group: fc.Arbitrary<Rules> = fc.record({ kind: fc.constant('group' as const), permissions })
const anywhere: fc.Arbitrary<Rules> = fc.record({
  kind: fc.constantFrom('direct' as const, 'group' as const),
  permissions,
})
const next = fc.record({ allow: rights, deny: rights, until })
const RUNS = { numRuns: 3_000 }

/** Every decision that these could get. */
function decisions(
  rules: Rules,
  actor: Standing,
  target: Standing,
  one: Right,
  change: typeof next extends fc.Arbitrary<infer T> ? T : never,
  to: Role,
) {
  return [
    can(rules, actor, one, NOW),
    canActOn(rules, actor, one, target, NOW),
    canActOn(rules, actor, one, undefined, NOW),
    canChangeRole(rules, actor, target, to, NOW),
    canOverride(rules, actor, target, change, NOW),
    canChangePermissions(rules, actor, { [one]: to }, NOW),
    canHandOver(rules, actor, false),
    canLeave(rules, actor),
    canDeleteMessage(rules, actor, true, actor, NOW),
    canDeleteMessage(rules, actor, false, target, NOW),
    canEditMessage(rules, actor, true, writingOf('https://example.com'), NOW),
  ]
}

describe('with any settings', () => {
  it('there is a decision, with a reason if it is no', () => {
    fc.assert(
      fc.property(anywhere, standing, standing, right, next, role, (...input) => {
        for (const decision of decisions(...input)) {
          if (decision.allowed) expect(decision).toEqual({ allowed: true })
          else expect(decision.reason).toMatch(/^(direct|role|denied|rank|self|author|beyond|owner)$/)
        }
      }),
      RUNS,
    )
  })

  it('the owner of a group can do everything', () => {
    fc.assert(
      fc.property(group, standing, standing, next, permissions, (rules, someone, other, change, changes) => {
        const owner = { ...someone, role: 'owner' as const }
        const target = { ...other, role: other.role === 'owner' ? ('admin' as const) : other.role }
        expect(rightsOf(rules, owner, NOW)).toEqual([...RIGHTS])
        expect(canChangePermissions(rules, owner, changes, NOW).allowed).toBe(true)
        expect(canOverride(rules, owner, target, change, NOW).allowed).toBe(true)
        expect(canHandOver(rules, owner, false).allowed).toBe(true)
        for (const one of RIGHTS) expect(canActOn(rules, owner, one, target, NOW).allowed).toBe(true)
      }),
      RUNS,
    )
  })

  it('nobody acts on a person of the same or a higher rank', () => {
    fc.assert(
      fc.property(group, standing, standing, right, next, role, (rules, actor, target, one, change, to) => {
        fc.pre(ROLES.indexOf(target.role) <= ROLES.indexOf(actor.role))
        expect(canActOn(rules, actor, one, target, NOW).allowed).toBe(false)
        expect(canChangeRole(rules, actor, target, to, NOW).allowed).toBe(false)
        expect(canOverride(rules, actor, target, change, NOW).allowed).toBe(false)
        expect(canDeleteMessage(rules, actor, false, target, NOW).allowed).toBe(false)
      }),
      RUNS,
    )
  })

  it('exceptions that have expired have no effect', () => {
    const over = fc.constantFrom(0, NOW - 1, NOW)
    fc.assert(
      fc.property(
        anywhere,
        standing,
        standing,
        over,
        right,
        next,
        role,
        (rules, actor, target, end, one, change, to) => {
          const bare = { ...actor, allow: [], deny: [], until: null }
          const bareTarget = { ...target, allow: [], deny: [], until: null }
          const [ended, endedTarget] = [
            { ...actor, until: end },
            { ...target, until: end },
          ]
          expect(decisions(rules, ended, endedTarget, one, change, to)).toEqual(
            decisions(rules, bare, bareTarget, one, change, to),
          )
        },
      ),
      RUNS,
    )
  })
})

describe('nobody promotes themselves', () => {
  const isWithin = (some: Right[], others: Right[]) => some.every((one) => others.includes(one))
  const always = (rules: Rules, actor: Standing) =>
    [NOW, NOW + 60_000, NOW + 1e9].map((now) => rightsOf(rules, actor, now))

  it('by the permissions, now or when their exceptions end', () => {
    fc.assert(
      fc.property(group, standing, permissions, (rules, actor, changes) => {
        fc.pre(actor.role !== 'owner' && canChangePermissions(rules, actor, changes, NOW).allowed)
        const changed: Rules = { ...rules, permissions: { ...rules.permissions, ...changes } }
        const [before, after] = [always(rules, actor), always(changed, actor)]
        after.forEach((list, index) => expect(isWithin(list, before[index]!)).toBe(true))
      }),
      RUNS,
    )
  })

  it('by any change of permissions that is above their rank', () => {
    fc.assert(
      fc.property(group, standing, right, role, (rules, actor, one, lowest) => {
        fc.pre(can(rules, { ...actor, allow: [], deny: [], until: null }, one, NOW).allowed === false)
        const isSame = lowest === rules.permissions[one]
        fc.pre(
          !isSame &&
            rightsOf(
              { ...rules, permissions: { ...rules.permissions, [one]: lowest } },
              { ...actor, allow: [], deny: [], until: null },
              NOW,
            ).includes(one),
        )
        expect(canChangePermissions(rules, actor, { [one]: lowest }, NOW).allowed).toBe(false)
      }),
      RUNS,
    )
  })

  it('by their own role or exceptions', () => {
    fc.assert(
      fc.property(group, standing, role, next, (rules, actor, to, change) => {
        expect(canChangeRole(rules, actor, actor, to, NOW).allowed).toBe(false)
        expect(canOverride(rules, actor, actor, change, NOW).allowed).toBe(false)
      }),
      RUNS,
    )
  })

  it('by another person whom they make stronger than themselves', () => {
    fc.assert(
      fc.property(group, standing, standing, role, next, (rules, actor, target, to, change) => {
        if (canChangeRole(rules, actor, target, to, NOW).allowed) {
          expect(ROLES.indexOf(to)).toBeGreaterThan(ROLES.indexOf(actor.role))
        }
        if (canOverride(rules, actor, target, change, NOW).allowed) {
          const gained = rightsOf(rules, { ...target, ...change }, NOW).filter(
            (one) => !rightsOf(rules, target, NOW).includes(one),
          )
          const byRole = rightsOf(rules, { ...target, allow: [], deny: [] }, NOW)
          // A denied right can be restored by anybody who can deny it. Anything more they must have themselves.
          expect(
            isWithin(
              gained.filter(
                (one) => !byRole.includes(one) && change.allow.includes(one) && !target.allow.includes(one),
              ),
              rightsOf(rules, actor, NOW),
            ),
          ).toBe(true)
        }
      }),
      RUNS,
    )
  })
})

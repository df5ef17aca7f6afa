import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  may,
  mayActOn,
  mayChangePermissions,
  mayChangeRole,
  mayDeleteMessage,
  mayHandOver,
  mayLeave,
  mayOverride,
  RIGHTS,
  rightsOf,
  ROLES,
  type Right,
  type Role,
  type Rules,
  type Standing,
} from '#shared/domain/permissions'
import { mayEditMessage } from '#shared/domain/writing'

const NOW = 1_000_000
const role = fc.constantFrom<Role>(...ROLES)
const right = fc.constantFrom<Right>(...RIGHTS)
const rights = fc.array(right, { maxLength: 6 })
const until = fc.constantFrom(null, 0, NOW - 1, NOW, NOW + 1, NOW + 60_000)
const standing: fc.Arbitrary<Standing> = fc.record({ role, allow: rights, deny: rights, until })
const permissions = fc.dictionary(right, role, { maxKeys: 21 }) as fc.Arbitrary<Partial<Record<Right, Role>>>
const group: fc.Arbitrary<Rules> = fc.record({ kind: fc.constant('group' as const), permissions })
const anywhere: fc.Arbitrary<Rules> = fc.record({ kind: fc.constantFrom('direct' as const, 'group' as const), permissions })
const next = fc.record({ allow: rights, deny: rights, until })
const RUNS = { numRuns: 3_000 }

/** Every verdict that these could get. */
function verdicts(rules: Rules, actor: Standing, target: Standing, one: Right, change: typeof next extends fc.Arbitrary<infer T> ? T : never, to: Role) {
  return [
    may(rules, actor, one, NOW),
    mayActOn(rules, actor, one, target, NOW),
    mayActOn(rules, actor, one, undefined, NOW),
    mayChangeRole(rules, actor, target, to, NOW),
    mayOverride(rules, actor, target, change, NOW),
    mayChangePermissions(rules, actor, { [one]: to }, NOW),
    mayHandOver(rules, actor, false),
    mayLeave(rules, actor),
    mayDeleteMessage(rules, actor, true, actor, NOW),
    mayDeleteMessage(rules, actor, false, target, NOW),
    mayEditMessage(rules, actor, true, 'https://example.com', NOW),
  ]
}

describe('whatever is set', () => {
  it('there is an answer, with a reason where it is no', () => {
    fc.assert(
      fc.property(anywhere, standing, standing, right, next, role, (...input) => {
        for (const verdict of verdicts(...input)) {
          if (verdict.allowed) expect(verdict).toEqual({ allowed: true })
          else expect(verdict.reason).toMatch(/^(direct|role|denied|rank|self|author|beyond|owner)$/)
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
        expect(mayChangePermissions(rules, owner, changes, NOW).allowed).toBe(true)
        expect(mayOverride(rules, owner, target, change, NOW).allowed).toBe(true)
        expect(mayHandOver(rules, owner, false).allowed).toBe(true)
        for (const one of RIGHTS) expect(mayActOn(rules, owner, one, target, NOW).allowed).toBe(true)
      }),
      RUNS,
    )
  })

  it('nobody acts on one of the same rank or a higher one', () => {
    fc.assert(
      fc.property(group, standing, standing, right, next, role, (rules, actor, target, one, change, to) => {
        fc.pre(ROLES.indexOf(target.role) <= ROLES.indexOf(actor.role))
        expect(mayActOn(rules, actor, one, target, NOW).allowed).toBe(false)
        expect(mayChangeRole(rules, actor, target, to, NOW).allowed).toBe(false)
        expect(mayOverride(rules, actor, target, change, NOW).allowed).toBe(false)
        expect(mayDeleteMessage(rules, actor, false, target, NOW).allowed).toBe(false)
      }),
      RUNS,
    )
  })

  it('single rights whose time is over are as if they had never been', () => {
    const over = fc.constantFrom(0, NOW - 1, NOW)
    fc.assert(
      fc.property(anywhere, standing, standing, over, right, next, role, (rules, actor, target, end, one, change, to) => {
        const bare = { ...actor, allow: [], deny: [], until: null }
        const bareTarget = { ...target, allow: [], deny: [], until: null }
        const [ended, endedTarget] = [{ ...actor, until: end }, { ...target, until: end }]
        expect(verdicts(rules, ended, endedTarget, one, change, to)).toEqual(verdicts(rules, bare, bareTarget, one, change, to))
      }),
      RUNS,
    )
  })
})

describe('nobody lifts himself', () => {
  const isWithin = (some: Right[], others: Right[]) => some.every((one) => others.includes(one))
  const always = (rules: Rules, actor: Standing) => [NOW, NOW + 60_000, NOW + 1e9].map((now) => rightsOf(rules, actor, now))

  it('by the lowest roles of rights, now or when his single rights end', () => {
    fc.assert(
      fc.property(group, standing, permissions, (rules, actor, changes) => {
        fc.pre(actor.role !== 'owner' && mayChangePermissions(rules, actor, changes, NOW).allowed)
        const changed: Rules = { ...rules, permissions: { ...rules.permissions, ...changes } }
        const [before, after] = [always(rules, actor), always(changed, actor)]
        after.forEach((list, index) => expect(isWithin(list, before[index]!)).toBe(true))
      }),
      RUNS,
    )
  })

  it('by a change of lowest roles, however small, that a rank does not reach', () => {
    fc.assert(
      fc.property(group, standing, right, role, (rules, actor, one, lowest) => {
        fc.pre(may(rules, { ...actor, allow: [], deny: [], until: null }, one, NOW).allowed === false)
        const isSame = lowest === rules.permissions[one]
        fc.pre(!isSame && rightsOf({ ...rules, permissions: { ...rules.permissions, [one]: lowest } }, { ...actor, allow: [], deny: [], until: null }, NOW).includes(one))
        expect(mayChangePermissions(rules, actor, { [one]: lowest }, NOW).allowed).toBe(false)
      }),
      RUNS,
    )
  })

  it('by his own role or single rights', () => {
    fc.assert(
      fc.property(group, standing, role, next, (rules, actor, to, change) => {
        expect(mayChangeRole(rules, actor, actor, to, NOW).allowed).toBe(false)
        expect(mayOverride(rules, actor, actor, change, NOW).allowed).toBe(false)
      }),
      RUNS,
    )
  })

  it('by another whom he makes stronger than himself', () => {
    fc.assert(
      fc.property(group, standing, standing, role, next, (rules, actor, target, to, change) => {
        if (mayChangeRole(rules, actor, target, to, NOW).allowed) {
          expect(ROLES.indexOf(to)).toBeGreaterThan(ROLES.indexOf(actor.role))
        }
        if (mayOverride(rules, actor, target, change, NOW).allowed) {
          const gained = rightsOf(rules, { ...target, ...change }, NOW).filter((one) => !rightsOf(rules, target, NOW).includes(one))
          const byRole = rightsOf(rules, { ...target, allow: [], deny: [] }, NOW)
          // What was taken may be given back by whoever takes; more than that he must have himself.
          expect(isWithin(gained.filter((one) => !byRole.includes(one) && change.allow.includes(one) && !target.allow.includes(one)), rightsOf(rules, actor, NOW))).toBe(true)
        }
      }),
      RUNS,
    )
  })
})

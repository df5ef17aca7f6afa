import { expect, it } from 'vitest'
import { canOnServer, SERVER_RIGHTS, SERVER_ROLES } from '#shared/domain/serverRoles'

it('an administrator looks and changes, an auditor looks, nobody else does either', () => {
  const table = [...SERVER_ROLES, null].map((serverRole) => [
    serverRole,
    ...SERVER_RIGHTS.filter((right) => canOnServer({ serverRole }, right)),
  ])
  expect(table).toEqual([['administrator', 'view', 'manage'], ['auditor', 'view'], [null]])
})

it('a suspended person has no right, whatever their role', () => {
  for (const serverRole of SERVER_ROLES)
    for (const right of SERVER_RIGHTS) expect(canOnServer({ serverRole, suspendedAt: new Date() }, right)).toBe(false)
})

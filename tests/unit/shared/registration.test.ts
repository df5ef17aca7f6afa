import { expect, it } from 'vitest'
import { registrationDenial, type Registration } from '#shared/domain/registration'

const ann = { email: 'ann@example.org', hasInvite: false, isAdministrator: false }
const domain: Registration = { mode: 'domain', domain: 'example.org' }

it.each<[Registration, Partial<typeof ann>, ReturnType<typeof registrationDenial>]>([
  [{ mode: 'open' }, {}, null],
  [{ mode: 'approval' }, {}, null],
  [{ mode: 'closed' }, {}, 'registration_closed'],
  [{ mode: 'closed' }, { hasInvite: true }, 'registration_closed'],
  [{ mode: 'closed' }, { isAdministrator: true }, null],
  [{ mode: 'invite' }, {}, 'invite_needed'],
  [{ mode: 'invite' }, { hasInvite: true }, null],
  [{ mode: 'invite' }, { isAdministrator: true }, null],
  [domain, {}, null],
  [domain, { email: 'ann@mail.example.org' }, 'other_domain'],
  [domain, { email: 'ann@otherexample.org' }, 'other_domain'],
  [domain, { email: 'ann@example.org.example.com' }, 'other_domain'],
  [domain, { email: 'ann@example.com', hasInvite: true }, 'other_domain'],
  [domain, { email: 'root@example.com', isAdministrator: true }, null],
])('under %o, %o may register: %s', (registration, account, denial) => {
  expect(registrationDenial(registration, { ...ann, ...account })).toBe(denial)
})

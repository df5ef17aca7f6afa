import { registrationDenial } from '#shared/domain/registration'
import { AppError, type IssueParams } from '#shared/errors'
import type { RegisterInput } from '#shared/schemas/account'
import { inviteTokenParams } from '#shared/schemas/group'
import { config } from '../../config'
import { findFirstUser } from '../../repositories/serverRoles'
import { previewInvite } from '../groups/invites'

const MESSAGES = {
  registration_closed: 'Nobody can make an account here.',
  invite_needed: 'An invite link is needed to make an account here.',
  other_domain: 'This address is of another domain.',
}

/**
 * Lets somebody make an account, if the setting `REGISTRATION` lets them.
 * @returns whether the account then waits until an administrator lets it in
 * @throws AppError FORBIDDEN, with an issue that says why
 */
export async function admit({ email, invite }: RegisterInput): Promise<boolean> {
  const { registration, adminEmail } = config
  if (registration.mode === 'open') return false
  const isAdministrator = adminEmail ? email === adminEmail : !(await findFirstUser())
  const hasInvite = registration.mode === 'invite' && (await isUsable(invite))
  const denial = registrationDenial(registration, { email, hasInvite, isAdministrator })
  if (!denial) return registration.mode === 'approval' && !isAdministrator
  const params: IssueParams = registration.mode === 'domain' ? { domain: registration.domain } : {}
  const path = denial === 'other_domain' ? ['email'] : []
  throw new AppError('FORBIDDEN', { issues: [{ path, code: denial, params, message: MESSAGES[denial] }] })
}

async function isUsable(token: string | undefined): Promise<boolean> {
  if (!inviteTokenParams.safeParse({ token }).success) return false
  return previewInvite(token!).then(
    () => true,
    (error) => {
      if (error instanceof AppError && error.code === 'NOT_FOUND') return false
      throw error
    },
  )
}

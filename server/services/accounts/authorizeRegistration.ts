import { registrationDenial, type Registration } from '#shared/domain/registration'
import { AppError, type IssueParams } from '#shared/errors'
import type { RegisterInput } from '#shared/schemas/account'
import { inviteTokenParams } from '#shared/schemas/group'
import { config } from '../../config'
import { findAdministratorIds, findFirstUser, findUserByEmail } from '../../repositories/serverRoles'
import { deleteNewUser, type UserRecord } from '../../repositories/users'
import { previewInvite } from '../groups/invites'
import { acceptInvite } from '../groups/join'

const MESSAGES = {
  registration_closed: 'Nobody can make an account here.',
  invite_needed: 'An invite link is needed to make an account here.',
  other_domain: 'This address is of another domain.',
}

/**
 * What lets somebody in. `open`: nothing is asked. `first`: nobody is here yet. `administrator`: the address is that of
 * `ADMIN_EMAIL`. `approval`: the account waits until an administrator lets it in.
 */
export type Entry = 'open' | 'first' | 'administrator' | 'invite' | 'domain' | 'approval'

/**
 * Asks whether somebody may make an account, by the setting `REGISTRATION`.
 * @throws AppError FORBIDDEN, with an issue that says why
 */
export async function authorizeRegistration({ email, invite }: RegisterInput): Promise<Entry> {
  const { registration, adminEmail } = config
  if (registration.mode === 'open') return 'open'
  const isAdministrator = adminEmail ? email === adminEmail : !(await findFirstUser())
  const hasInvite = registration.mode === 'invite' && (await isUsable(invite))
  const denial = registrationDenial(registration, { email, hasInvite, isAdministrator })
  if (denial) {
    const params: IssueParams = registration.mode === 'domain' ? { domain: registration.domain } : {}
    const path = denial === 'other_domain' ? ['email'] : []
    throw new AppError('FORBIDDEN', { issues: [{ path, code: denial, params, message: MESSAGES[denial] }] })
  }
  if (isAdministrator) return adminEmail ? 'administrator' : 'first'
  // Nobody gets through a closed door without a denial.
  return registration.mode === 'closed' ? 'administrator' : registration.mode
}

/**
 * Uses up what let a new account in: the use of an invite, or the place of the first account. If somebody else was
 * faster, the account is removed.
 * @throws AppError FORBIDDEN, with an issue, when the invite is used up; CONFLICT when another account was the first
 */
export async function takeEntry(entry: Entry, user: UserRecord, invite: string | undefined): Promise<void> {
  try {
    if (entry === 'invite') await acceptInvite(user._id.toString(), invite!)
    if (entry === 'first' && !(await findAdministratorIds()).includes(user._id.toString()))
      throw new AppError('CONFLICT', { message: 'Somebody else was faster. Try again.' })
  } catch (error) {
    await deleteNewUser(user._id)
    if (entry !== 'invite' || !(error instanceof AppError)) throw error
    const issue = { path: [], code: 'invite_needed' as const, params: {}, message: MESSAGES.invite_needed }
    throw new AppError('FORBIDDEN', { issues: [issue] })
  }
}

/** What the pages say of `REGISTRATION`. While nobody administers a closed server, its form is there for that account. */
export async function shownRegistration(): Promise<Registration> {
  const { registration, adminEmail } = config
  if (registration.mode !== 'closed') return registration
  const administrator = await (adminEmail ? findUserByEmail(adminEmail) : findFirstUser())
  return administrator ? registration : { mode: 'open' }
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

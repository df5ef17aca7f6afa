/** Who may make an account on this server. */
export type Registration =
  | { mode: 'open' | 'invite' | 'approval' | 'closed' }
  /** Only addresses of this domain, in lower case. */
  | { mode: 'domain'; domain: string }

export interface NewAccount {
  /** In the form that accounts store. */
  email: string
  /** Whether they bring an invite link that works. */
  hasInvite: boolean
  /** Whether this account is to administer the server. It can be made in every mode. */
  isAdministrator: boolean
}

/** Why somebody may not make an account. Each is the code of an issue. */
export type RegistrationDenial = 'registration_closed' | 'invite_needed' | 'other_domain'

/** Whether somebody may make an account. @returns why not, or null if they may */
export function registrationDenial(registration: Registration, account: NewAccount): RegistrationDenial | null {
  const { email, hasInvite, isAdministrator } = account
  if (isAdministrator) return null
  if (registration.mode === 'closed') return 'registration_closed'
  if (registration.mode === 'invite') return hasInvite ? null : 'invite_needed'
  if (registration.mode === 'domain') return email.endsWith(`@${registration.domain}`) ? null : 'other_domain'
  return null
}

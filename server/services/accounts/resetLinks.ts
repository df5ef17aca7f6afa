import { newToken } from '../../auth/oneTimeToken'
import { deleteAccountLinks, insertAccountLink } from '../../repositories/accountLinks'
import type { UserRecord } from '../../repositories/users'

/** Milliseconds for which a link works, by how the person gets it. */
const LIFETIMES_MS = { mail: 3_600_000, administrator: 24 * 3_600_000 }

/**
 * Makes a link with which a person can choose a new password, once. Earlier ones stay valid, so that asking twice ends
 * nothing; using one ends them all.
 * @param origin what the link begins with
 * @param by how the person gets it. Who uses one that was mailed has their address verified
 * @returns the link. Its token is in the fragment, which browsers send to no server, so no log and no Referer has it
 */
export async function makeResetLink(
  { _id, email, passwordGeneration = 0 }: UserRecord,
  origin: string,
  by: keyof typeof LIFETIMES_MS,
): Promise<string> {
  const { token, hash } = newToken()
  const expiresAt = new Date(Date.now() + LIFETIMES_MS[by])
  const mailedTo = by === 'mail' ? email : null
  await insertAccountLink({ _id: hash, purpose: 'reset', userId: _id, mailedTo, passwordGeneration, expiresAt })
  return `${origin}/reset#${token}`
}

/** Ends all links of a person with which a new password can be chosen. */
export function endResetLinks(userId: UserRecord['_id']): Promise<void> {
  return deleteAccountLinks(userId, 'reset')
}

import { newToken } from '../../auth/oneTimeToken'
import { deleteAccountLinks, insertAccountLink } from '../../repositories/accountLinks'
import type { UserRecord } from '../../repositories/users'

/** Milliseconds for which a link works that was sent by mail, and one that an administrator hands over. */
export const MAILED_LINK_MS = 3_600_000
export const HANDED_LINK_MS = 24 * 3_600_000

/**
 * Makes a link with which a person can choose a new password, once. Earlier ones stay valid, so that asking twice ends
 * nothing; using one ends them all.
 * @param origin what the link begins with
 * @param lifetimeMs milliseconds for which it works
 * @returns the link. Its token is in the fragment, which browsers send to no server, so no log and no Referer has it
 */
export async function makeResetLink(
  { _id, passwordGeneration = 0 }: UserRecord,
  origin: string,
  lifetimeMs: number,
): Promise<string> {
  const { token, hash } = newToken()
  const expiresAt = new Date(Date.now() + lifetimeMs)
  await insertAccountLink({ _id: hash, purpose: 'reset', userId: _id, passwordGeneration, expiresAt })
  return `${origin}/reset#${token}`
}

/** Ends all links of a person with which a new password can be chosen. */
export function endResetLinks(userId: UserRecord['_id']): Promise<void> {
  return deleteAccountLinks(userId, 'reset')
}

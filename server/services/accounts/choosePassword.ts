import { commonPasswords } from '#shared/domain/commonPasswords'
import { MIN_STRENGTH, passwordStrength } from '#shared/domain/passwords'
import { invalidField } from '#shared/errors'
import { hashPassword } from '../../auth/passwords'

/**
 * Checks the strength of a new password and hashes it.
 * @param ownNames the person's own names, which make a password weak
 * @param field the input field that holds the password; the error names it
 * @param lane who asks; the hashing queue takes turns between lanes
 * @returns the hash to store
 * @throws AppError INVALID for a password that is too weak; UNAVAILABLE when too many wait for a hash
 */
export async function choosePassword(
  password: string,
  ownNames: string[],
  field: string,
  lane: string,
): Promise<string> {
  if (passwordStrength(password, ownNames, commonPasswords) < MIN_STRENGTH) {
    throw invalidField(field, 'too_weak', 'This password is too easy to guess.')
  }
  return hashPassword(password, lane)
}

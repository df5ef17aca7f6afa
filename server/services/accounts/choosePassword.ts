import { commonPasswords } from '#shared/domain/commonPasswords'
import { MIN_STRENGTH, passwordStrength } from '#shared/domain/passwords'
import { invalidField } from '#shared/errors'
import { hashPassword } from '../../auth/passwords'

/**
 * The hash of a password that a person chooses.
 * @param field the input's name of it, for the page to say what is wrong beside it
 * @param lane who asks, for the turn in the queue
 * @throws AppError INVALID for one that is weaker than it must be; UNAVAILABLE
 */
export async function choosePassword(password: string, ownNames: string[], field: string, lane: string): Promise<string> {
  if (passwordStrength(password, ownNames, commonPasswords) < MIN_STRENGTH) {
    throw invalidField(field, 'too_weak', 'This password is too easy to guess.')
  }
  return hashPassword(password, lane)
}

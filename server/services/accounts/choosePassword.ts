import { invalidField } from '#shared/errors'
import { hashPassword, isCommonPassword } from '../../auth/passwords'

/**
 * The hash of a password that a person chooses.
 * @param field the input's name of it, for the page to say what is wrong beside it
 * @throws AppError INVALID for one of the common passwords, or the person's own names
 */
export async function choosePassword(password: string, ownNames: string[], field: string): Promise<string> {
  const message = isCommonPassword(password)
    ? 'This password is among the most common ones.'
    : ownNames.some((name) => name.toLowerCase() === password.toLowerCase())
      ? 'This password is your own name.'
      : null
  if (message) throw invalidField(field, 'too_weak', message)
  return hashPassword(password)
}

import { searchKeysOf } from '#shared/domain/names'
import { AppError } from '#shared/errors'
import type { RegisterInput, User } from '#shared/schemas/account'
import { useLimit } from '../../auth/rateLimit'
import { presentSelf } from '../../presenters/user'
import { insertUser } from '../../repositories/users'
import { choosePassword } from './choosePassword'
import { openSession, type Tokens, type Visitor } from './openSession'

const TAKEN: Record<string, string> = {
  email: 'This email has an account already.',
  username: 'This username is taken.',
}

/**
 * Makes an account and signs it in.
 * @throws AppError RATE_LIMITED; INVALID for a common password; CONFLICT, with the field, for a taken email or username
 */
export async function register(input: RegisterInput, visitor: Visitor): Promise<{ user: User; tokens: Tokens }> {
  await useLimit('register', visitor.ip)
  const { password, ...names } = input
  const ownNames = [names.email, names.username, names.displayName]
  const passwordHash = await choosePassword(password, ownNames, 'password')
  const user = await insertUser({ ...names, passwordHash, searchKeys: searchKeysOf(names) })
  if ('taken' in user) {
    const issues = user.taken.map((field) => ({
      path: [field],
      code: 'taken' as const,
      params: {},
      message: TAKEN[field] ?? 'This is taken.',
    }))
    throw new AppError('CONFLICT', { issues })
  }
  return { user: presentSelf(user), tokens: await openSession(user._id.toString(), visitor) }
}

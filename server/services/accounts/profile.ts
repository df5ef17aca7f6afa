import { SEARCH_VERSION, searchKeysOf } from '#shared/domain/names'
import { AppError } from '#shared/errors'
import type { ProfileInput, User } from '#shared/schemas/account'
import { presentSelf } from '../../presenters/user'
import { publishVisibility } from '../../realtime/publish'
import { findUser, updateUser } from '../../repositories/users'
import { setAvatar } from '../files/setAvatar'

/** A person's own account. @throws AppError UNAUTHENTICATED when the account is gone */
export async function getSelf(userId: string): Promise<User> {
  const user = await findUser(userId)
  if (!user) throw new AppError('UNAUTHENTICATED')
  return presentSelf(user)
}

/**
 * Changes what others see of a person, and their own settings.
 * @throws AppError UNAUTHENTICATED when the account is gone; NOT_FOUND for a picture that is not the caller's
 */
export async function updateProfile(userId: string, input: ProfileInput): Promise<User> {
  const before = await findUser(userId)
  if (!before) throw new AppError('UNAUTHENTICATED')
  const displayName = input.displayName ?? before.displayName
  const searchKeys = searchKeysOf({ username: before.username, displayName })
  const avatarId = await setAvatar(userId, null, before.avatarId, input.avatarUploadId)
  const about = input.about ?? before.about
  const notifications = { ...before.notifications, ...input.notifications }
  const user = await updateUser(userId, {
    displayName,
    searchKeys,
    searchVersion: SEARCH_VERSION,
    about,
    avatarId,
    ...(input.notifications && { notifications }),
    ...(input.privacy && { privacy: { ...before.privacy, ...input.privacy } }),
    ...(input.linkPreviews !== undefined && { linkPreviews: input.linkPreviews }),
  })
  if (!user) throw new AppError('UNAUTHENTICATED')
  if (input.privacy) await publishVisibility([userId])
  return presentSelf(user)
}

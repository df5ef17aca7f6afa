import type { User } from '#shared/schemas/account'
import type { PersonRecord, UserRecord } from '../models/user'

/** A person, in the form that everyone may see. */
export function presentUser(user: PersonRecord): User {
  return {
    id: user._id.toString(),
    username: user.username,
    displayName: user.displayName,
    about: user.about,
    avatarUrl: user.avatarId ? `/api/files/${user.avatarId.toString()}` : null,
    lastSeenAt: user.lastSeenAt?.toISOString() ?? null,
  }
}

/** A person, in the form that they see themselves. */
export function presentSelf(user: UserRecord): User {
  return { ...presentUser(user), email: user.email }
}

import type { User } from '#shared/schemas/account'
import type { PersonRecord, UserRecord } from '../models/user'

/** A person as everyone may see him. */
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

/** A person as he sees himself. */
export function presentSelf(user: UserRecord): User {
  return { ...presentUser(user), email: user.email }
}

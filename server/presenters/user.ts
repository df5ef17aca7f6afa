import { DEFAULT_PRIVACY } from '#shared/domain/privacy'
import type { User } from '#shared/schemas/account'
import { DEFAULT_NOTIFICATIONS, type NotificationSettings } from '#shared/schemas/notifications'
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
  return {
    ...presentUser(user),
    email: user.email,
    notifications: presentNotifications(user),
    privacy: { ...DEFAULT_PRIVACY, ...user.privacy },
    ...(user.linkPreviews === false && { linkPreviews: false }),
    ...(user.emailVerifiedAt === null && { emailVerified: false }),
    ...(user.serverRole && { serverRole: user.serverRole }),
  }
}

/** How a person is told of messages. */
export function presentNotifications({ notifications }: Pick<UserRecord, 'notifications'>): NotificationSettings {
  return { ...DEFAULT_NOTIFICATIONS, ...notifications }
}

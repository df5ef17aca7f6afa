import { z } from 'zod'
import { normalizeEmail } from '../domain/email'
import type { Privacy } from '../domain/privacy'
import { preparePassword } from '../domain/passwords'
import type { ServerRole } from '../domain/serverRoles'
import { isReservedUsername } from '../domain/text/reservedNames'
import { LIMITS } from '../limits'
import { characterCount } from '../domain/text/graphemes'
import { objectId, plainText, queryNumber, singleLine } from './fields'
import { rule } from './issues'
import { notificationSettingsInput, type NotificationSettings } from './notifications'

/** The most code units of a typed password. With separate marks, a character may take four. */
const MAX_PASSWORD_UNITS = LIMITS.passwordMax * 4

/** zod's own pattern, extended by internationalized top-level domains. */
const ADDRESS = /^(?:[\w'+-]+\.)*[\w'+-]*[\w+-]@(?:[a-z\d][a-z\d-]*\.)+(?:[a-z]{2,}|xn--[a-z\d-]+)$/i

export const email = z
  .string()
  .max(254, 'This address is too long.')
  .transform(normalizeEmail)
  .pipe(
    z.email({ pattern: ADDRESS, error: 'This is not a valid email address.' }).max(254, 'This address is too long.'),
  )

export const username = z
  .string()
  .trim()
  .min(LIMITS.usernameMin, `At least ${LIMITS.usernameMin} characters.`)
  .max(LIMITS.usernameMax, `At most ${LIMITS.usernameMax} characters.`)
  .refine(
    (name) => /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9_])?$/i.test(name),
    rule('invalid_username', 'Letters, digits, dot, hyphen and underscore; begins with a letter or digit.'),
  )
  .refine((name) => !isReservedUsername(name), rule('reserved', 'This username is reserved.'))
  .transform((name) => name.toLowerCase())

export const displayName = singleLine(LIMITS.displayNameCharacters).refine(
  (name) => name !== '',
  rule('blank', 'Enter a name.'),
)

/** A new password, in the form that is hashed. `passwordStrength` decides whether it is strong enough. */
export const newPassword = z
  .string()
  .refine(
    (text) => !/\0|\p{Surrogate}/u.test(text),
    rule('invalid_characters', 'This password has characters that cannot be used.'),
  )
  .max(MAX_PASSWORD_UNITS, `At most ${LIMITS.passwordMax} characters.`)
  .transform(preparePassword)
  .refine(
    (text) => characterCount(text) >= LIMITS.passwordMin,
    rule('too_short', `At least ${LIMITS.passwordMin} characters.`, { min: LIMITS.passwordMin }),
  )
  .refine(
    (text) => characterCount(text) <= LIMITS.passwordMax,
    rule('too_long', `At most ${LIMITS.passwordMax} characters.`, { max: LIMITS.passwordMax }),
  )

/** A password that is verified. Stricter rules would only reveal what passwords look like. */
export const givenPassword = z
  .string()
  .min(1, 'Enter your password.')
  .refine(
    (text) => text.length <= MAX_PASSWORD_UNITS && characterCount(preparePassword(text)) <= LIMITS.passwordMax,
    rule('too_long', 'This password is too long.', { max: LIMITS.passwordMax }),
  )

export const registerInput = z.strictObject({
  email,
  username,
  displayName,
  password: newPassword,
  /** The token of the invite link that brought them here. It matters where accounts need an invite. */
  invite: z.string().max(64).optional(),
})
export const loginInput = z.strictObject({
  login: z.string().trim().min(1, 'Enter your email or username.').max(254, 'This is too long.'),
  password: givenPassword,
})
const audience = z.enum(['everybody', 'contacts', 'nobody'])
const privacyInput = z.strictObject({
  find: z.enum(['everybody', 'groups', 'username']).optional(),
  write: z.enum(['everybody', 'groups', 'nobody']).optional(),
  add: audience.optional(),
  lastSeen: audience.optional(),
  reads: audience.optional(),
})
export const profileInput = z.strictObject({
  displayName: displayName.optional(),
  about: plainText(LIMITS.aboutCharacters).trim().optional(),
  /** A complete upload of the kind `avatar`. Null removes the picture. */
  avatarUploadId: objectId.nullable().optional(),
  notifications: notificationSettingsInput.optional(),
  /** Whether links that they send get previews. */
  linkPreviews: z.boolean().optional(),
  privacy: privacyInput.optional(),
})
export const usernameInput = z.strictObject({ username, password: givenPassword })
export const passwordInput = z.strictObject({ current: givenPassword, next: newPassword })
export const userSearchQuery = z.strictObject({
  q: z.string().max(64).default(''),
  limit: queryNumber(z.int().min(1).max(LIMITS.usersFoundMax)).default(LIMITS.usersFound),
})
export const userParams = z.strictObject({ id: objectId })
export const blockParams = z.strictObject({ userId: objectId })
/** `after` is the `next` of the page before. */
export const blocksQuery = z.strictObject({
  after: objectId.optional(),
  limit: queryNumber(z.int().min(1).max(LIMITS.pageMax)).default(LIMITS.pageDefault),
})
export const sessionParams = z.strictObject({ id: objectId })

export type RegisterInput = z.infer<typeof registerInput>
export type LoginInput = z.infer<typeof loginInput>
export type ProfileInput = z.infer<typeof profileInput>

/** A person as others see them. What is optional is only there in a person's own account. */
export interface User {
  id: string
  username: string
  displayName: string
  about: string
  avatarUrl: string | null
  lastSeenAt: string | null
  email?: string
  notifications?: NotificationSettings
  privacy?: Privacy
  /** Whether links that they send get previews. Absent: they do. */
  linkPreviews?: boolean
  /** False: they have to show that `email` is theirs. Absent: they need not, or have. */
  emailVerified?: boolean
  /** Their role on the server as a whole. Absent: none. */
  serverRole?: ServerRole
}

/** A person's session: one signed-in browser. */
export interface Session {
  id: string
  userAgent: string
  ip: string
  createdAt: string
  lastUsedAt: string
  current: boolean
}

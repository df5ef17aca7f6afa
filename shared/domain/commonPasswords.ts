import { dictionary } from '@zxcvbn-ts/language-common'

/**
 * The most common passwords, in lower case. They are half a megabyte, so the page loads them only for a new password.
 */
export const commonPasswords: ReadonlySet<string> = new Set(
  dictionary['passwords-common'].map((password) => String(password).toLowerCase()),
)

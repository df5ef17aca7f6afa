import { dictionary } from '@zxcvbn-ts/language-common'

/** The most common passwords, in lower case. Half a megabyte: the page loads it when a password is being chosen. */
export const commonPasswords: ReadonlySet<string> = new Set(
  dictionary['passwords-common'].map((password) => String(password).toLowerCase()),
)

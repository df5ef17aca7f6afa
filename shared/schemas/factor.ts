import { z } from 'zod'
import { givenPassword } from './account'

/** A code of an authenticator app, or a recovery code, as people type it: with spaces and hyphens, in any case. */
const code = z
  .string()
  .max(64, 'This is not a code.')
  .transform((text) => text.replaceAll(/[\s-]/g, '').toUpperCase())
  .pipe(z.string().min(1, 'Enter the code.').max(32, 'This is not a code.'))

export const factorCodeInput = z.strictObject({ code })
export const factorSetupInput = z.strictObject({ password: givenPassword })
/** @property setup what the server gave when the set-up began */
export const factorOnInput = z.strictObject({ setup: z.string().min(1).max(1_000), code })
export const factorProofInput = z.strictObject({ password: givenPassword, code })

export type FactorProofInput = z.infer<typeof factorProofInput>

/** The second factor of an account. */
export interface Factor {
  isOn: boolean
  /** How many recovery codes are left. */
  recoveryCodes: number
}

/** What an authenticator app is set up with. */
export interface FactorSetup {
  /** To give back with the first code. It works for ten minutes. */
  setup: string
  /** In base32, for who types it. */
  secret: string
  /** otpauth://, for a QR code. */
  uri: string
}

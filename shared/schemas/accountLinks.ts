import { z } from 'zod'
import { email, newPassword } from './account'

/** The token of a link that works once. */
const linkToken = z.string().min(1, 'Enter the code of the link.').max(100, 'This is not the code of a link.')

export const forgotInput = z.strictObject({ email })
export const verifyInput = z.strictObject({ token: linkToken })
export const resetInput = z.strictObject({ token: linkToken, password: newPassword })

export type ForgotInput = z.infer<typeof forgotInput>
export type ResetInput = z.infer<typeof resetInput>

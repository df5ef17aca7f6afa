import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { AppError, invalidField } from '#shared/errors'
import type { Factor, FactorProofInput, FactorSetup } from '#shared/schemas/factor'
import { objectId } from '#shared/schemas/fields'
import { seal, unseal } from '../../auth/seal'
import { stepOfCode, toBase32 } from '../../auth/totp'
import { logSecurityEvent } from '../../observability/securityEvents'
import { deleteFactor, findFactor, insertFactor, replaceRecoveryCodes } from '../../repositories/factors'
import { findUserWithHash } from '../../repositories/users'
import { requirePassword } from '../accounts/requirePassword'
import { sendNotice } from '../mail/sendNotice'
import { newRecoveryCodes } from './recoveryCodes'
import { requireCode } from './requireCode'

/** The bytes of a secret, as RFC 4226 wants them. */
const SECRET_BYTES = 20
/** Milliseconds in which a set-up must be finished. */
const SETUP_MS = 600_000
const ISSUER = 'WebChat'

/** A set-up that has begun. It is stored nowhere, but given to the page, encrypted. */
const begun = z.object({ userId: objectId, secret: z.string(), until: z.number() })

/** What a person has set up. */
export async function getFactor(userId: string): Promise<Factor> {
  const factor = await findFactor(userId)
  return { isOn: factor !== null, recoveryCodes: factor?.recoveryHashes.length ?? 0 }
}

/**
 * Makes a secret for an authenticator app. Nothing changes before `turnOn`.
 * @throws AppError RATE_LIMITED; UNAUTHENTICATED when the account is gone; INVALID for a wrong password; CONFLICT when there
 *   is a second factor already
 */
export async function beginSetUp(userId: string, password: string): Promise<FactorSetup> {
  const user = await requirePassword(userId, password)
  if (await findFactor(userId)) throw alreadyOn()
  const bytes = randomBytes(SECRET_BYTES)
  const secret = toBase32(bytes)
  const setup = seal(JSON.stringify({ userId, secret: bytes.toString('base64'), until: Date.now() + SETUP_MS }))
  const label = encodeURIComponent(`${ISSUER}:${user.username}`)
  return { setup, secret, uri: `otpauth://totp/${label}?secret=${secret}&issuer=${ISSUER}` }
}

/**
 * Turns the second factor on, with the first code of the app.
 * @returns the recovery codes, which are shown once
 * @throws AppError INVALID for a wrong code, and for a set-up that has expired or is somebody else's; CONFLICT when there is
 *   a second factor already
 */
export async function turnOn(userId: string, input: { setup: string; code: string }): Promise<string[]> {
  const text = unseal(input.setup)
  const { data: setup } = begun.safeParse(text === null ? null : JSON.parse(text))
  if (!setup || setup.userId !== userId || setup.until < Date.now()) {
    throw invalidField('setup', 'gone', 'This took too long. Begin again.')
  }
  const step = stepOfCode(Buffer.from(setup.secret, 'base64'), input.code, Date.now())
  if (step === null) throw invalidField('code', 'wrong_code', 'This code is wrong.')
  const { codes, hashes } = newRecoveryCodes()
  const user = await findUserWithHash(userId)
  if (!user) throw new AppError('UNAUTHENTICATED')
  const { secret } = setup
  const factor = { _id: user._id, secret, lastStep: step, recoveryHashes: hashes, createdAt: new Date() }
  if (!(await insertFactor(factor))) throw alreadyOn()
  logSecurityEvent('factor.on', { userId })
  sendNotice(userId, 'factorOn')
  return codes
}

/**
 * Turns the second factor off.
 * @throws AppError RATE_LIMITED; INVALID for a wrong password or code; CONFLICT when there is none
 */
export async function turnOff(userId: string, { password, code }: FactorProofInput): Promise<void> {
  await requirePassword(userId, password)
  await requireCode(userId, code)
  if (!(await deleteFactor(userId))) return
  logSecurityEvent('factor.off', { userId })
  sendNotice(userId, 'factorOff')
}

/**
 * Makes new recovery codes, in place of those that are left.
 * @throws AppError RATE_LIMITED; INVALID for a wrong password or code; CONFLICT when there is no second factor
 */
export async function renewRecoveryCodes(userId: string, { password, code }: FactorProofInput): Promise<string[]> {
  await requirePassword(userId, password)
  await requireCode(userId, code)
  const { codes, hashes } = newRecoveryCodes()
  await replaceRecoveryCodes(userId, hashes)
  return codes
}

function alreadyOn(): AppError {
  return new AppError('CONFLICT', { message: 'This account has a second factor already.' })
}

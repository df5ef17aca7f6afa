import { hash, verify } from '@node-rs/argon2'
import { dictionary } from '@zxcvbn-ts/language-common'
import { LIMITS } from '#shared/limits'

/** OWASP's first choice for argon2id, the algorithm that this library takes by default: 19 MiB, 2 passes, 1 lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

const common = new Set(
  dictionary['passwords-common']
    .map((password) => String(password).toLowerCase())
    .filter((password) => password.length >= LIMITS.passwordMin),
)

let decoy: Promise<string> | undefined

/** Whether a password is among the ones that guessing tries first, also with capitals. */
export function isCommonPassword(password: string): boolean {
  return common.has(password.toLowerCase())
}

/** The argon2id hash of a password, with its parameters and salt in it. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, COST)
}

/**
 * Whether a password fits a hash. Without a hash (an unknown name) the same work is done on a decoy,
 * so that the time of the answer does not tell who has an account.
 */
export async function verifyPassword(passwordHash: string | undefined, password: string): Promise<boolean> {
  decoy ??= hashPassword('nobody has this one')
  const fits = await verify(passwordHash ?? (await decoy), password)
  return fits && passwordHash !== undefined
}

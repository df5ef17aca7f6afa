import { hash, verify } from '@node-rs/argon2'
import { preparePassword } from '#shared/domain/passwords'
import { FairQueue } from '../fairQueue'

/** OWASP's first recommendation for argon2id, this library's default algorithm: 19 MiB, 2 passes, 1 lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/**
 * Two hashes at once leave half of libuv's threads free. With a hundred waiting, the last still finishes in seconds.
 */
const queue = new FairQueue({
  atOnce: 2,
  maxWaiting: 100,
  tooMany: 'Too many people are signing in right now. Try again.',
})

let decoy: Promise<string> | undefined

/**
 * Hashes a password with argon2id.
 * @param lane who asks; the queue takes turns between lanes
 * @returns the hash, which contains its parameters and salt
 * @throws AppError UNAVAILABLE when too many wait
 */
export function hashPassword(password: string, lane: string): Promise<string> {
  return queue.run(lane, () => hash(preparePassword(password), COST))
}

/**
 * Verifies a password against a hash. Without a hash (an unknown name), a decoy is verified, so that the time of the
 * answer does not tell who has an account.
 * @param lane who asks; the queue takes turns between lanes
 * @returns null when the password is wrong; 'old' when the hash is from before passwords were prepared
 *   (preparePassword) and must be renewed
 * @throws AppError UNAVAILABLE when too many wait
 */
export function verifyPassword(
  passwordHash: string | undefined,
  password: string,
  lane: string,
): Promise<'current' | 'old' | null> {
  return queue.run(lane, async () => {
    decoy ??= hash('nobody has this one', COST)
    const compared = passwordHash ?? (await decoy)
    const [current, ...old] = new Set([
      preparePassword(password),
      password,
      password.normalize('NFC'),
      password.normalize('NFD'),
    ])
    if (await verify(compared, current!)) return passwordHash ? 'current' : null
    for (const form of old) if (await verify(compared, form)) return passwordHash ? 'old' : null
    return null
  })
}

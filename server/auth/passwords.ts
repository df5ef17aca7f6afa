import { hash, verify } from '@node-rs/argon2'
import { preparePassword } from '#shared/domain/passwords'
import { FairQueue } from '../fairQueue'

/** OWASP's first choice for argon2id, the algorithm that this library takes by default: 19 MiB, 2 passes, 1 lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Two at once leave half of libuv's threads, and with a hundred waiting the last still gets an answer in seconds. */
const queue = new FairQueue({ atOnce: 2, maxWaiting: 100, tooMany: 'Too many sign in at this moment. Try again.' })

let decoy: Promise<string> | undefined

/**
 * The argon2id hash of a password, with its parameters and salt in it.
 * @param lane who asks, for the turn in the queue
 * @throws AppError UNAVAILABLE when too many wait
 */
export function hashPassword(password: string, lane: string): Promise<string> {
  return queue.run(lane, () => hash(preparePassword(password), COST))
}

/**
 * Whether a password fits a hash: null when it does not, 'old' when it fits a hash from before passwords were prepared,
 * which is to be made anew. Without a hash (an unknown name) the same work is done on a decoy, so that the time of the
 * answer does not tell who has an account.
 * @param lane who asks, for the turn in the queue
 * @throws AppError UNAVAILABLE when too many wait
 */
export function verifyPassword(passwordHash: string | undefined, password: string, lane: string): Promise<'current' | 'old' | null> {
  return queue.run(lane, async () => {
    decoy ??= hash('nobody has this one', COST)
    const compared = passwordHash ?? (await decoy)
    const [current, ...old] = new Set([preparePassword(password), password, password.normalize('NFC'), password.normalize('NFD')])
    if (await verify(compared, current!)) return passwordHash ? 'current' : null
    for (const form of old) if (await verify(compared, form)) return passwordHash ? 'old' : null
    return null
  })
}

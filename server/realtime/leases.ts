import type { Valkey } from '../valkey'

/** Milliseconds that a person counts as online on a task which has said nothing more of him. */
const LIFETIME = 75_000
/** Commands at once, so that what others ask comes in between. */
const BATCH = 500

/** What the tasks know together of who is online where: it runs out by itself when a task dies. */
export interface Leases {
  /** Says, or says again, that people are online on this task. */
  take(userIds: readonly string[]): Promise<void>
  /** Ends a person's lease here. True when he is still online on another task. */
  drop(userId: string): Promise<boolean>
  /** Those of these people who are online on some task. */
  online(userIds: readonly string[]): Promise<Set<string>>
}

/** For a single process, which knows by itself. */
export const noLeases: Leases = {
  take: async () => {},
  drop: async () => false,
  online: async () => new Set(),
}

/**
 * Leases in Valkey: for each person a sorted set of the tasks he is on, by the time until which each vouches for him.
 * Every call rejects while Valkey is away.
 * @param task this task's name
 */
export function valkeyLeases(client: Valkey, task: string): Leases {
  const keyOf = (userId: string) => `online:${userId}`
  return {
    async take(userIds) {
      for (let start = 0; start < userIds.length; start += BATCH) {
        const until = Date.now() + LIFETIME
        const writes = userIds.slice(start, start + BATCH).flatMap((userId) => [
          client.zAdd(keyOf(userId), { score: until, value: task }),
          client.pExpire(keyOf(userId), LIFETIME),
        ])
        await Promise.all(writes)
      }
    },
    async drop(userId) {
      const [, others] = await Promise.all([
        client.zRem(keyOf(userId), task),
        client.zCount(keyOf(userId), Date.now(), '+inf'),
      ])
      return others > 0
    },
    async online(userIds) {
      const online = new Set<string>()
      for (let start = 0; start < userIds.length; start += BATCH) {
        const some = userIds.slice(start, start + BATCH)
        const counts = await Promise.all(some.map((userId) => client.zCount(keyOf(userId), Date.now(), '+inf')))
        some.forEach((userId, index) => counts[index]! > 0 && online.add(userId))
      }
      return online
    },
  }
}

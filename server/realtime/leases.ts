import type { Valkey } from '../valkey'

/** Milliseconds for which a person counts as online on a task after its last renewal. */
const LEASE_TTL_MS = 75_000
/** The most people in one command, so that other commands get a turn in between. */
const BATCH_SIZE = 500

/** A sorted set of the people who are online on any task, scored by the end of their lease. */
const PEOPLE = 'presence:people'
/** The same for each pair of a person and a task. */
const PEOPLE_ON_TASKS = 'presence:places'
/** The same for the tasks themselves. */
export const TASKS = 'presence:tasks'

/**
 * Ends a person's lease on a task. It is one atomic step, so that a lease which another task takes at the same time is
 * not lost. Returns 1 if they are still online on another task.
 */
const DROP = `
redis.call('ZREM', KEYS[2], ARGV[1] .. ':' .. ARGV[2])
for _, task in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], ARGV[3], '+inf')) do
  local vouched = redis.call('ZSCORE', KEYS[2], ARGV[1] .. ':' .. task)
  if vouched and tonumber(vouched) > tonumber(ARGV[3]) then return 1 end
end
redis.call('ZREM', KEYS[1], ARGV[1])
return 0`

/** The tasks' shared knowledge of who is online on which task. It expires by itself when a task dies. */
export interface Leases {
  /** Takes or renews the leases of people who are online on this task. */
  take(userIds: readonly string[]): Promise<void>
  /** Ends a person's lease on this task. Resolves with true when they are still online on another task. */
  drop(userId: string): Promise<boolean>
  /** The ones among these people who are online on any task. */
  online(userIds: readonly string[]): Promise<Set<string>>
}

/** For a single process, which needs no leases to know who is online. */
export const noLeases: Leases = {
  take: async () => {},
  drop: async () => false,
  online: async () => new Set(),
}

/**
 * Leases in Valkey, in three sorted sets by time, so that one command covers hundreds of people.
 * Every call rejects while Valkey is unreachable.
 * @param task this task's name
 */
export function valkeyLeases(client: Valkey, task: string): Leases {
  let tidiedAt = 0
  /** Removes leases that have expired. Those of people who left in an orderly way are gone already. */
  const tidy = (now: number): Promise<unknown>[] => {
    if (now - tidiedAt < LEASE_TTL_MS) return []
    tidiedAt = now
    return [PEOPLE, PEOPLE_ON_TASKS, TASKS].map((key) => client.zRemRangeByScore(key, '-inf', now))
  }
  return {
    async take(userIds) {
      const now = Date.now()
      const until = now + LEASE_TTL_MS
      const writes: Promise<unknown>[] = [client.zAdd(TASKS, { score: until, value: task }), ...tidy(now)]
      for (const batch of batchesOf(userIds)) {
        writes.push(
          client.zAdd(
            PEOPLE,
            batch.map((value) => ({ score: until, value })),
            { comparison: 'GT' },
          ),
          client.zAdd(
            PEOPLE_ON_TASKS,
            batch.map((userId) => ({ score: until, value: `${userId}:${task}` })),
          ),
        )
      }
      await Promise.all(writes)
    },
    async drop(userId) {
      const options = { keys: [PEOPLE, PEOPLE_ON_TASKS, TASKS], arguments: [userId, task, String(Date.now())] }
      return (await client.eval(DROP, options)) === 1
    },
    async online(userIds) {
      const now = Date.now()
      const answers = batchesOf(userIds).map(async (batch) => {
        const until = await client.zmScore(PEOPLE, batch)
        return batch.filter((_, index) => (until[index] ?? 0) > now)
      })
      return new Set((await Promise.all(answers)).flat())
    },
  }
}

function batchesOf(userIds: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(userIds.length / BATCH_SIZE) }, (_, index) =>
    userIds.slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE),
  )
}

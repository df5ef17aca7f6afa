import type { Valkey } from '../valkey'

/** Milliseconds that a person counts as online on a task which has said nothing more of them. */
const LEASE_TTL_MS = 75_000
/** People in one command, so that what others ask comes in between. */
const BATCH_SIZE = 500

/** Who is online on any task, by the time until which somebody vouches for them. */
const PEOPLE = 'presence:people'
/** The same for each pair of person and task. */
const PLACES = 'presence:places'
/** The tasks themselves. */
const TASKS = 'presence:tasks'

/**
 * Ends a person's lease on a task, in one step, so that none which another task takes at this moment is lost with it.
 * 1: they are online on another task.
 */
const DROP = `
redis.call('ZREM', KEYS[2], ARGV[1] .. ':' .. ARGV[2])
for _, task in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], ARGV[3], '+inf')) do
  local vouched = redis.call('ZSCORE', KEYS[2], ARGV[1] .. ':' .. task)
  if vouched and tonumber(vouched) > tonumber(ARGV[3]) then return 1 end
end
redis.call('ZREM', KEYS[1], ARGV[1])
return 0`

/** What the tasks know together of who is online where: it runs out by itself when a task dies. */
export interface Leases {
  /** Says, or says again, that people are online on this task. */
  take(userIds: readonly string[]): Promise<void>
  /** Ends a person's lease here. True when they are still online on another task. */
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
 * Leases in Valkey, in three sorted sets by time: hundreds of people are taken or asked for in one command.
 * Every call rejects while Valkey is away.
 * @param task this task's name
 */
export function valkeyLeases(client: Valkey, task: string): Leases {
  let tidied = 0
  /** Takes away what ran out; who left in order took theirs along. */
  const tidy = (now: number): Promise<unknown>[] => {
    if (now - tidied < LEASE_TTL_MS) return []
    tidied = now
    return [PEOPLE, PLACES, TASKS].map((key) => client.zRemRangeByScore(key, '-inf', now))
  }
  return {
    async take(userIds) {
      const now = Date.now()
      const until = now + LEASE_TTL_MS
      const writes: Promise<unknown>[] = [client.zAdd(TASKS, { score: until, value: task }), ...tidy(now)]
      for (const some of batchesOf(userIds)) {
        writes.push(
          client.zAdd(PEOPLE, some.map((value) => ({ score: until, value })), { comparison: 'GT' }),
          client.zAdd(PLACES, some.map((userId) => ({ score: until, value: `${userId}:${task}` }))),
        )
      }
      await Promise.all(writes)
    },
    async drop(userId) {
      const options = { keys: [PEOPLE, PLACES, TASKS], arguments: [userId, task, String(Date.now())] }
      return (await client.eval(DROP, options)) === 1
    },
    async online(userIds) {
      const now = Date.now()
      const asked = batchesOf(userIds).map(async (some) => {
        const until = await client.zmScore(PEOPLE, some)
        return some.filter((_, index) => (until[index] ?? 0) > now)
      })
      return new Set((await Promise.all(asked)).flat())
    },
  }
}

function batchesOf(userIds: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(userIds.length / BATCH_SIZE) }, (_, index) => userIds.slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE))
}

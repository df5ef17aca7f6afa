import { config } from '../config'
import { Allowance } from './allowance'
import { BUDGETS, type Budget, type BudgetName } from './budgets'
import { Turns } from './turns'

/** RATE_LIMIT_FACTOR, but never so small that the requests of one page would be refused. */
const factor = Math.max(1, config.rateLimitFactor)
const requests = new Turns({ width: factor, waiting: 300 * factor })
/** A file is read for as long as its client takes, and a picture is processed for seconds, so more of them may run. */
const files = new Turns({ width: 24 * factor, waiting: 300 * factor })
/** After a burst of 0.3 s, a fifth of the task's time. That is far above what a person's devices take. */
const time = new Allowance({ atOnceMs: 300 * factor, perSecondMs: 200 * factor })

/**
 * Runs a person's requests one after the other, over HTTP and sockets together. Many requests at once then delay their
 * own sender and nobody else. A person who has taken much of this task's time waits longer.
 * @throws AppError RATE_LIMITED when too many of the person's requests wait; what `work` throws
 */
export function inTurn<T>(budget: BudgetName, userId: string, work: () => Promise<T>): Promise<T> {
  const { lane }: Budget = BUDGETS[budget]
  if (lane === 'files') return files.run(userId, work)
  return requests.run(userId, () => (lane === 'untimed' ? work() : runTimed(userId, work)))
}

async function runTimed<T>(userId: string, work: () => Promise<T>): Promise<T> {
  const wait = time.waitOf(userId)
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
  const startedAt = performance.now()
  try {
    return await work()
  } finally {
    time.spend(userId, performance.now() - startedAt)
  }
}

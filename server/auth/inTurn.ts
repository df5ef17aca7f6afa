import { config } from '../config'
import { Allowance } from './allowance'
import { BUDGETS, type Budget, type BudgetName } from './budgets'
import { Turns } from './turns'

/** A large office may have more at once, a small budget never less than one page of a browser asks for. */
const factor = Math.max(1, config.rateLimitFactor)
const requests = new Turns({ width: factor, waiting: 300 * factor })
/** Files are read for as long as their reader takes, and pictures are looked at for seconds. */
const files = new Turns({ width: 24 * factor, waiting: 300 * factor })
/** A fifth of a task, after a third of a second: far above what a person's devices take of it, and what is left is for others. */
const time = new Allowance({ atOnceMs: 300 * factor, perSecondMs: 200 * factor })

/**
 * Does a person's requests one after the other, over HTTP and sockets together: what one asks for at once waits for
 * itself, and not others for it. Whoever has taken much of this task's time waits longer.
 * @throws AppError RATE_LIMITED where too many wait, and what the work throws
 */
export function inTurn<T>(budget: BudgetName, userId: string, work: () => Promise<T>): Promise<T> {
  const { lane }: Budget = BUDGETS[budget]
  if (lane === 'files') return files.run(userId, work)
  return requests.run(userId, () => (lane === 'untimed' ? work() : timed(userId, work)))
}

async function timed<T>(userId: string, work: () => Promise<T>): Promise<T> {
  const wait = time.waitOf(userId)
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
  const began = performance.now()
  try {
    return await work()
  } finally {
    time.spend(userId, performance.now() - began)
  }
}

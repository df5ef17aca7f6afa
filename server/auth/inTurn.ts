import { config } from '../config'
import { BUDGETS, type Budget, type BudgetName } from './budgets'
import { Turns } from './turns'

/** A large office may have more at once, a small budget never less than one page of a browser asks for. */
const factor = Math.max(1, config.rateLimitFactor)
const requests = new Turns({ width: 4 * factor, waiting: 300 * factor })
/** Files are read for as long as their reader takes, and pictures are looked at for seconds. */
const files = new Turns({ width: 24 * factor, waiting: 300 * factor })

/**
 * Does a person's request when few of theirs are under way, over HTTP and sockets together: what one asks for at once
 * waits for itself, and not others for it.
 * @throws AppError RATE_LIMITED where too many wait, and what the work throws
 */
export function inTurn<T>(budget: BudgetName, userId: string, work: () => Promise<T>): Promise<T> {
  const { lane }: Budget = BUDGETS[budget]
  return (lane === 'files' ? files : requests).run(userId, work)
}

import type { Screen } from '#shared/domain/notification'
import { Turns } from '../../auth/turns'
import { logger } from '../../observability/logger'
import { deleteSubscription, hasSubscriptions } from '../../repositories/pushSubscriptions'
import { deliver } from './deliver'
import { pushesFor, type Push } from './pushes'

/** Milliseconds in which a message can be read before it is pushed: five seconds, and the time that reading is collected. */
const DELAY_MS = 5_500
/** Milliseconds between two looks at one conversation. */
const MIN_PAUSE_MS = 1_000
/** The most messages of one conversation that wait, and the most conversations. What is more is not pushed. */
const MAX_MESSAGES = 100
const MAX_CONVERSATIONS = 10_000
/** Milliseconds before each further attempt. */
const RETRY_DELAYS_MS = [2_000, 10_000, 60_000]
/** The most pushes on their way at once, and the most that wait for that. */
const deliveries = new Turns({ width: 16, waiting: 10_000 })

interface Waiting {
  messageId: string
  dueAt: number
}

/** The messages that this task has written and not looked at yet, by conversation. */
const waiting = new Map<string, Waiting[]>()
const timers = new Set<NodeJS.Timeout>()
let screensOf: ((userId: string) => Promise<readonly Screen[]>) | null = null

/**
 * Starts pushing the messages that this task writes. So exactly one task pushes each message; what a task has not pushed
 * when it ends is not pushed at all.
 * @param screens the open pages of a person, on all tasks
 * @returns a function that stops it
 */
export function startPushing(screens: NonNullable<typeof screensOf>): () => void {
  screensOf = screens
  return () => {
    screensOf = null
    for (const timer of timers) clearTimeout(timer)
    timers.clear()
    waiting.clear()
  }
}

/** Notes a new message, which is pushed soon to those who have not read it by then. */
export function pushLater(conversationId: string, messageId: string): void {
  if (!screensOf) return
  const queue = waiting.get(conversationId)
  if (queue) {
    if (queue.push({ messageId, dueAt: Date.now() + DELAY_MS }) > MAX_MESSAGES) queue.shift()
  } else if (waiting.size < MAX_CONVERSATIONS) {
    waiting.set(conversationId, [{ messageId, dueAt: Date.now() + DELAY_MS }])
    after(DELAY_MS, () => look(conversationId))
  }
}

/** Pushes the messages of a conversation that are due, and comes back for the others. */
async function look(conversationId: string): Promise<void> {
  const queue = waiting.get(conversationId)!
  const now = Date.now()
  const due = queue.filter(({ dueAt }) => dueAt <= now)
  const rest = queue.filter(({ dueAt }) => dueAt > now)
  if (rest.length > 0) {
    waiting.set(conversationId, rest)
    after(Math.max(MIN_PAUSE_MS, rest[0]!.dueAt - now), () => look(conversationId))
  } else {
    waiting.delete(conversationId)
  }
  await push(
    conversationId,
    due.map(({ messageId }) => messageId),
    0,
  )
}

/** @param attempt how often these were tried before  @param sessionIds only to these sessions */
async function push(
  conversationId: string,
  messageIds: readonly string[],
  attempt: number,
  sessionIds?: readonly string[],
): Promise<void> {
  if (!screensOf || messageIds.length === 0 || !(await hasSubscriptions())) return
  const pushes = await pushesFor(conversationId, messageIds, screensOf, sessionIds)
  await Promise.all(pushes.map((one) => deliveries.run('', () => send(one, attempt))))
}

async function send({ subscription, messageId, payload }: Push, attempt: number): Promise<void> {
  const outcome = await deliver(subscription, payload)
  if (outcome.kind === 'sent') return
  if (outcome.kind === 'gone') return deleteSubscription(subscription)
  const delay = RETRY_DELAYS_MS[attempt]
  if (outcome.kind === 'refused' || delay === undefined) {
    logger.warn({ sessionId: subscription.sessionId.toString(), outcome: outcome.kind }, 'a push is given up')
    return
  }
  // What is read, deleted or hidden by then is not sent again.
  const again = () => push(payload.conversationId, [messageId], attempt + 1, [subscription.sessionId.toString()])
  after(Math.max(delay, outcome.afterS * 1_000), again)
}

function after(milliseconds: number, work: () => Promise<void>): void {
  const timer = setTimeout(() => {
    timers.delete(timer)
    work().catch((error: unknown) => logger.warn({ err: error }, 'messages are not pushed'))
  }, milliseconds)
  timer.unref()
  timers.add(timer)
}

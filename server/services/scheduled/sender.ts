import { AppError, type ErrorCode } from '#shared/errors'
import { logger } from '../../observability/logger'
import { presentScheduled } from '../../presenters/scheduled'
import { publishToUsers } from '../../realtime/publish'
import { keepDraft } from '../../repositories/drafts'
import {
  claimScheduled,
  findDue,
  finishScheduled,
  nextDueAt,
  releaseScheduled,
  type ScheduledRecord,
} from '../../repositories/scheduled'
import { findUser } from '../../repositories/users'
import { sendMessage } from '../messages/send'

/** Milliseconds after which a task looks for messages that another task has written, or died over. */
const POLL_INTERVAL_MS = 15_000
/** Milliseconds for which one task has a message to itself. */
const LEASE_MS = 60_000
/** Milliseconds until the next attempt, if the error does not say. */
const RETRY_MS = 5_000
/** How many messages a task sends at once. */
const BATCH_SIZE = 16
/** Errors that end by themselves. */
const PASSING: ReadonlySet<ErrorCode> = new Set(['RATE_LIMITED', 'UNAVAILABLE', 'INTERNAL'])

let timer: NodeJS.Timeout | undefined
let isRunning = false
let isWanted = false
let isStopped = true

/** Starts sending scheduled messages on this task. @returns a function that stops it */
export function startSender(): () => void {
  isStopped = false
  wakeSender()
  return () => {
    isStopped = true
    clearTimeout(timer)
  }
}

/** Makes this task look for due messages now, because one was written or changed. */
export function wakeSender(): void {
  isWanted = true
  if (!isRunning && !isStopped) void run()
}

async function run(): Promise<void> {
  isRunning = true
  clearTimeout(timer)
  let wait = POLL_INTERVAL_MS
  try {
    while (isWanted && !isStopped) {
      isWanted = false
      await sendDue()
      const next = await nextDueAt()
      wait = next ? next.getTime() - Date.now() : POLL_INTERVAL_MS
    }
  } catch (error) {
    logger.warn({ err: error }, 'scheduled messages wait')
  }
  isRunning = false
  if (isStopped) return
  timer = setTimeout(wakeSender, Math.max(0, Math.min(wait, POLL_INTERVAL_MS)))
  timer.unref()
}

async function sendDue(): Promise<void> {
  for (;;) {
    const found = await findDue(new Date(), BATCH_SIZE)
    const sent = await Promise.all(found.map(sendOne))
    // What another task has claimed meanwhile is found no more.
    if (found.length < BATCH_SIZE || !sent.some(Boolean)) return
  }
}

/**
 * Sends one message, if no other task does. A task that dies over it leaves its claim, which runs out; the clientId keeps
 * the next attempt from making a second message.
 * @returns whether this task had it
 */
async function sendOne({ _id }: ScheduledRecord): Promise<boolean> {
  const now = new Date()
  const leaseUntil = new Date(now.getTime() + LEASE_MS)
  const claimed = await claimScheduled(_id, now, leaseUntil)
  if (!claimed) return false
  const userId = claimed.userId.toString()
  const conversationId = claimed.conversationId.toString()
  const { clientId, text } = claimed
  const uploadIds = claimed.uploadIds.map(String)
  try {
    if ((await findUser(userId))?.suspendedAt) throw new AppError('FORBIDDEN')
    const input = { clientId, text, uploadIds, replyToId: claimed.replyToId?.toString() ?? null }
    const { message } = await sendMessage(userId, conversationId, input)
    await keepDraft(userId, conversationId, message.seq)
    await finishScheduled(_id, leaseUntil)
    publishToUsers([userId], 'scheduled.updated', { id: _id.toString(), scheduled: null })
  } catch (error) {
    await settleFailure(claimed, leaseUntil, error)
  }
  return true
}

/** What passes is tried again; the author learns of the rest. */
async function settleFailure(claimed: ScheduledRecord, leaseUntil: Date, error: unknown): Promise<void> {
  const known = error instanceof AppError ? error : null
  const code = known?.code ?? 'INTERNAL'
  if (!known) logger.warn({ err: error, scheduledId: claimed._id.toString() }, 'a scheduled message waits')
  const delay = known?.retryAfter ? known.retryAfter * 1_000 : RETRY_MS
  const fields = PASSING.has(code)
    ? { at: new Date(Date.now() + delay), state: 'waiting' as const, reason: null }
    : { at: claimed.at, state: 'refused' as const, reason: code }
  const released = await releaseScheduled(claimed._id, leaseUntil, fields)
  if (!released) return
  const scheduled = presentScheduled(released)
  publishToUsers([claimed.userId.toString()], 'scheduled.updated', { id: scheduled.id, scheduled })
}

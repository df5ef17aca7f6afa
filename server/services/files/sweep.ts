import { logger } from '../../observability/logger'
import { findOrphans, assignUploads, withdrawUpload, type UploadRecord } from '../../repositories/uploads'
import { sentWith } from './read'
import { removeObjects } from './remove'

/** Milliseconds after which an upload that was never sent is removed. */
const ORPHAN_AGE_MS = 24 * 3_600_000
const SWEEP_INTERVAL_MS = 3_600_000
const BATCH_SIZE = 100

/** Removes uploads that were begun and never sent, and logs how many. @returns how many it removed */
export async function sweepOrphans(now = Date.now()): Promise<number> {
  let removed = 0
  for (;;) {
    const orphans = await findOrphans(new Date(now - ORPHAN_AGE_MS), BATCH_SIZE)
    if (orphans.length === 0) break
    const unsent = (await Promise.all(orphans.map(takeUnsent))).filter((upload) => upload !== null)
    await removeObjects(unsent)
    removed += unsent.length
  }
  logger.info({ removed }, 'orphaned uploads swept')
  return removed
}

/**
 * Marks an orphan as removed. Null: it was sent after all, either just now or by a send that broke off after it had
 * written the message.
 */
async function takeUnsent(upload: UploadRecord): Promise<UploadRecord | null> {
  if (upload.status === 'removed') return upload
  const { _id, messageId } = upload
  const message = await sentWith(upload)
  if (messageId === null || message === null) return withdrawUpload(_id, messageId)
  await assignUploads(messageId, [_id], message)
  return null
}

/** Sweeps every hour. @returns a function that stops it */
export function startSweeping(): () => void {
  const timer = setInterval(() => {
    sweepOrphans().catch((error: unknown) => logger.warn({ err: error }, 'orphaned uploads stay'))
  }, SWEEP_INTERVAL_MS)
  timer.unref()
  return () => clearInterval(timer)
}

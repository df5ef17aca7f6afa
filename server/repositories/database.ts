import mongoose from 'mongoose'
import { withTimeout } from '../withTimeout'

/** Milliseconds after which a database that does not answer counts as unreachable. */
const PING_TIMEOUT_MS = 2_000

/** Whether the database answers in time. */
export async function pingDatabase(): Promise<boolean> {
  const { db } = mongoose.connection
  if (!db) return false
  const answered = db.command({ ping: 1 }).then(
    () => true,
    () => false,
  )
  return withTimeout(answered, PING_TIMEOUT_MS, () => false)
}

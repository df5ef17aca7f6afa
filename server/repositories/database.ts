import mongoose from 'mongoose'

/** Milliseconds after which a database that does not answer counts as unreachable. */
const PING_TIMEOUT_MS = 2_000

/** Whether the database answers in time. */
export async function pingDatabase(): Promise<boolean> {
  const { db } = mongoose.connection
  if (!db) return false
  let timer: NodeJS.Timeout | undefined
  const timedOut = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, PING_TIMEOUT_MS, false)
  })
  const answered = db.command({ ping: 1 }).then(
    () => true,
    () => false,
  )
  return Promise.race([answered, timedOut]).finally(() => clearTimeout(timer))
}

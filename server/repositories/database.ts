import mongoose from 'mongoose'

/** Milliseconds after which a database that says nothing counts as out of reach. */
const PING_TIMEOUT_MS = 2_000

/** Whether the database answers. */
export async function pingDatabase(): Promise<boolean> {
  const { db } = mongoose.connection
  if (!db) return false
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, PING_TIMEOUT_MS, false)
  })
  const answered = db.command({ ping: 1 }).then(
    () => true,
    () => false,
  )
  return Promise.race([answered, late]).finally(() => clearTimeout(timer))
}

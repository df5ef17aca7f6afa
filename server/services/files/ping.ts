import { storage } from './store'

/** Milliseconds after which a store that does not answer counts as unreachable. */
const PING_TIMEOUT_MS = 2_000

/** Whether the file store answers in time. */
export async function pingFiles(): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const timedOut = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, PING_TIMEOUT_MS, false)
  })
  const answered = storage.ping().then(
    () => true,
    () => false,
  )
  return Promise.race([answered, timedOut]).finally(() => clearTimeout(timer))
}

import { storage } from './store'

/** Milliseconds after which a store that says nothing counts as out of reach. */
const PING_TIMEOUT_MS = 2_000

/** Whether the file store answers. */
export async function pingFiles(): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, PING_TIMEOUT_MS, false)
  })
  const answered = storage.ping().then(
    () => true,
    () => false,
  )
  return Promise.race([answered, late]).finally(() => clearTimeout(timer))
}

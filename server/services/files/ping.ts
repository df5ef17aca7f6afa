import { withTimeout } from '../../withTimeout'
import { storage } from './store'

/** Milliseconds after which a store that does not answer counts as unreachable. */
const PING_TIMEOUT_MS = 2_000

/** Whether the file store answers in time. */
export async function pingFiles(): Promise<boolean> {
  const answered = storage.ping().then(
    () => true,
    () => false,
  )
  return withTimeout(answered, PING_TIMEOUT_MS, () => false)
}

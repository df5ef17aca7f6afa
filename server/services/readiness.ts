import { isBusReachable } from '../realtime/publish'
import { pingDatabase } from '../repositories/database'

let draining = false

/** From here on this process says that it takes no new work. */
export function startDraining(): void {
  draining = true
}

export function isDraining(): boolean {
  return draining
}

/** Whether this process can do its work now, and if not, why. */
export async function readiness(): Promise<{ ready: boolean; reason?: string }> {
  if (draining) return { ready: false, reason: 'draining' }
  if (!(await pingDatabase())) return { ready: false, reason: 'database' }
  return isBusReachable() ? { ready: true } : { ready: false, reason: 'bus' }
}

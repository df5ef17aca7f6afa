import { isBusReachable } from '../realtime/publish'
import { pingDatabase } from '../repositories/database'
import { isDiskFull } from './diskSpace'
import { pingFiles } from './files/ping'

let draining = false

/** Makes this process report, from now on, that it takes no new work. */
export function startDraining(): void {
  draining = true
}

export function isDraining(): boolean {
  return draining
}

/** Whether this process can do its work now. @returns `reason` names the first thing that is missing */
export async function readiness(): Promise<{ ready: boolean; reason?: string }> {
  if (draining) return { ready: false, reason: 'draining' }
  const [database, files, disk] = await Promise.all([pingDatabase(), pingFiles(), isDiskFull()])
  if (disk) return { ready: false, reason: 'disk' }
  if (!database) return { ready: false, reason: 'database' }
  if (!isBusReachable()) return { ready: false, reason: 'bus' }
  return files ? { ready: true } : { ready: false, reason: 'files' }
}

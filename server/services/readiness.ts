import { pingDatabase } from '../repositories/database'
import { pingFiles } from './files/ping'

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
  const [database, files] = await Promise.all([pingDatabase(), pingFiles()])
  if (!database) return { ready: false, reason: 'database' }
  return files ? { ready: true } : { ready: false, reason: 'files' }
}

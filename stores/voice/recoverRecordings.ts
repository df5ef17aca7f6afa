import type { Environment } from '~/client/environment'
import { Leadership } from '~/client/leadership'
import type { KeptRecording } from '~/client/voice/kept'
import { MIN_RECORDING_MS } from '~/client/voice/recording'
import type { Piece } from '~/client/voice/recorder'
import type { useTab } from '../tab'

interface FoundRecording {
  kept: KeptRecording
  pieces: Piece[]
  lock: Leadership
}

interface RecoveryDeps {
  tab: ReturnType<typeof useTab>
  /** Whether this tab is making a recording. */
  isHere: (id: string) => boolean
  /** Called when `next` has one more recording. */
  onFound: () => void
}

/** The lock of a recording. The tab with the lock owns the recording. @param onGained called when this tab gets it */
export function lockRecording(environment: Environment, id: string, onGained: () => void): Leadership {
  return new Leadership(environment, `webchat-recording-${id}`, onGained)
}

/** Finds recordings that lost tabs of this person have left behind. */
export function recoverRecordings({ tab, isHere, onFound }: RecoveryDeps) {
  /** Stored recordings of other tabs, which may be lost or still recording. */
  const waiting = new Map<string, Leadership>()
  const found: FoundRecording[] = []

  /** Looks for stored recordings. Each is offered when its tab is gone. */
  async function look(): Promise<void> {
    const { environment, recordings } = tab.client()
    for (const kept of (await recordings?.all()) ?? []) {
      if (waiting.has(kept.id) || isHere(kept.id) || recordings !== tab.client().recordings) continue
      const onGained = () => void Promise.resolve().then(() => adopt(kept))
      waiting.set(kept.id, lockRecording(environment, kept.id, onGained))
    }
  }

  async function adopt(kept: KeptRecording): Promise<void> {
    const lock = waiting.get(kept.id)
    const pieces = (await tab.client().recordings?.pieces(kept.id)) ?? []
    if (!lock || waiting.get(kept.id) !== lock) return
    waiting.delete(kept.id)
    const isSlip = (pieces.at(-1)?.durationMs ?? 0) < MIN_RECORDING_MS
    if (isSlip) {
      await tab.client().recordings?.remove([kept.id])
      return lock.close()
    }
    found.push({ kept, pieces, lock })
    onFound()
  }

  function clear(): void {
    for (const lock of [...waiting.values(), ...found.map((one) => one.lock)]) lock.close()
    waiting.clear()
    found.length = 0
  }

  return { look, next: () => found.shift(), clear }
}

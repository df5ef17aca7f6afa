import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { Hook } from '~/client/hook'

/** Why I am no longer in a conversation. `gone`: the reason is not known. */
type RemovalReason = 'left' | 'removed' | 'banned' | 'deleted' | 'gone'

export interface Removal {
  id: string
  /** The last known name of the group. */
  name: string | null
  reason: RemovalReason
  /** Whether I did it in this tab, so that no notice is needed. */
  byMe: boolean
}

const REASONS: readonly string[] = ['left', 'removed', 'banned', 'deleted'] satisfies RemovalReason[]

/** The conversations that I left or lost while this tab was open. */
export const useRemovals = defineStore('removals', () => {
  const byId = shallowReactive<Record<string, Removal>>({})
  const hook = new Hook<Removal>()
  /** The conversations that this tab itself is leaving or deleting. */
  const ending = new Set<string>()

  function record(id: string, name: string | null, reason: string): void {
    const known = REASONS.includes(reason) ? (reason as RemovalReason) : 'gone'
    byId[id] = { id, name, reason: known, byMe: ending.has(id) }
    hook.tell(byId[id])
  }

  /** Runs an action of mine that ends my membership. */
  async function byMe(id: string, action: () => Promise<void>): Promise<void> {
    ending.add(id)
    try {
      await action()
    } finally {
      ending.delete(id)
    }
  }

  /** Forgets a removal, because I am in the conversation again. */
  function undo(id: string): void {
    if (byId[id]) delete byId[id]
  }

  function clear(): void {
    for (const id of Object.keys(byId)) undo(id)
    ending.clear()
  }

  return { byId, record, byMe, undo, clear, on: (listener: (removal: Removal) => void) => hook.on(listener) }
})

import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { Hook } from '~/client/hook'

/** Why a conversation is no longer mine; `gone` when it was noticed only afterwards. */
type RemovalReason = 'left' | 'removed' | 'banned' | 'deleted' | 'gone'

export interface Removal {
  id: string
  /** Of the group, as it was known here. */
  name: string | null
  reason: RemovalReason
  /** I did it in this tab: nobody has to tell me. */
  byMe: boolean
}

const REASONS: readonly string[] = ['left', 'removed', 'banned', 'deleted'] satisfies RemovalReason[]

/** The conversations that were taken from me while this tab was open. */
export const useRemovals = defineStore('removals', () => {
  const byId = shallowReactive<Record<string, Removal>>({})
  const hook = new Hook<Removal>()
  /** What this tab itself is ending. */
  const ending = new Set<string>()

  function record(id: string, name: string | null, reason: string): void {
    const known = REASONS.includes(reason) ? (reason as RemovalReason) : 'gone'
    byId[id] = { id, name, reason: known, byMe: ending.has(id) }
    hook.tell(byId[id])
  }

  /** Runs what ends my being in a conversation. */
  async function byMe(id: string, action: () => Promise<void>): Promise<void> {
    ending.add(id)
    try {
      await action()
    } finally {
      ending.delete(id)
    }
  }

  /** I am in it again. */
  function undo(id: string): void {
    if (byId[id]) delete byId[id]
  }

  function clear(): void {
    for (const id of Object.keys(byId)) undo(id)
    ending.clear()
  }

  return { byId, record, byMe, undo, clear, on: (listener: (removal: Removal) => void) => hook.on(listener) }
})

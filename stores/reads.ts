import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import type { ReadStep } from '#shared/schemas/conversation'
import { ReadReceipts } from '~/client/history/readReceipts'
import { useClock } from './clock'
import { useTab } from './tab'

/** How far others have read, as far as this tab knows. It also reports how far I have read. */
export const useReads = defineStore('reads', () => {
  const tab = useTab()
  const clock = useClock()
  /** By conversation and person. */
  const byId = shallowReactive<Record<string, Record<string, number>>>({})
  /** When others have moved their positions last, by conversation and person. */
  const steps = shallowReactive<Record<string, Record<string, ReadStep>>>({})
  let receipts: ReadReceipts | null = null

  /** @param step how the position moved; null: not known; without it: it moves now */
  function learn(conversationId: string, userId: string, lastReadSeq: number, step?: ReadStep | null): void {
    const known = (byId[conversationId] ??= shallowReactive<Record<string, number>>({}))
    const before = known[userId]
    if (lastReadSeq < (before ?? 0)) return
    const isMoving = step === undefined && before !== undefined && lastReadSeq > before
    const moved = isMoving ? { after: before, at: new Date(clock.now()).toISOString() } : step
    if (moved) (steps[conversationId] ??= shallowReactive<Record<string, ReadStep>>({}))[userId] = moved
    known[userId] = lastReadSeq
  }

  /** Reports it to the server soon. */
  function report(conversationId: string, seq: number): void {
    receipts ??= new ReadReceipts(tab.client())
    receipts.add(conversationId, seq)
  }

  function flush(): void {
    receipts?.flush()
  }

  function forget(conversationId: string): void {
    delete byId[conversationId]
    delete steps[conversationId]
  }

  function clear(): void {
    for (const id of Object.keys(byId)) forget(id)
    receipts?.clear()
  }

  return { byId, steps, learn, report, flush, forget, clear }
})

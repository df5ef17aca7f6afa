import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { ReadReceipts } from '~/client/history/readReceipts'
import { useTab } from './tab'

/** How far others have read, as far as this tab knows. It also reports how far I have read. */
export const useReads = defineStore('reads', () => {
  const tab = useTab()
  /** By conversation and person. */
  const byId = shallowReactive<Record<string, Record<string, number>>>({})
  let receipts: ReadReceipts | null = null

  function learn(conversationId: string, userId: string, lastReadSeq: number): void {
    const known = (byId[conversationId] ??= shallowReactive<Record<string, number>>({}))
    if (lastReadSeq > (known[userId] ?? 0)) known[userId] = lastReadSeq
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
  }

  function clear(): void {
    for (const id of Object.keys(byId)) forget(id)
    receipts?.clear()
  }

  return { byId, learn, report, flush, forget, clear }
})

import { defineStore } from 'pinia'
import { shallowReactive, shallowRef } from 'vue'
import { History } from '~/client/history/history'
import type { OutboxEntry } from '~/client/outbox/outboxEntry'
import { PendingBubbles } from '~/client/outbox/pendingBubbles'
import { useConversationsStore } from '../conversations'
import { usePresenceStore } from '../presence'
import { useSessionStore } from '../session'
import { useTab } from '../tab'

/** Conversations whose messages are in memory. */
const MAX_HISTORIES = 30
const SAVE_DELAY_MS = 1_000

/** One conversation's messages in this tab, and what is to be done with them soon. */
export interface HistoryEntry {
  readonly history: History
  readonly bubbles: PendingBubbles
  openedAt: number
  cancelSaving: (() => void) | null
  cancelGap: (() => void) | null
}

/**
 * The histories in the memory of this tab, and their copies in the browser's cache. The messages store works on them.
 */
export const useHistories = defineStore('histories', () => {
  const tab = useTab()
  const session = useSessionStore()
  const conversations = useConversationsStore()
  const presence = usePresenceStore()
  const byId = shallowReactive<Record<string, HistoryEntry>>({})
  /** My messages that the server has not acknowledged, of all conversations. */
  const unsent = shallowRef<readonly OutboxEntry[]>([])

  /** A new, empty history; the one opened longest ago makes room. */
  function hold(id: string): HistoryEntry {
    const others = Object.values(byId).filter(({ history }) => history.conversationId !== conversations.openId)
    const [oldest] = others.sort((one, other) => one.openedAt - other.openedAt)
    if (oldest && others.length >= MAX_HISTORIES) release(oldest.history.conversationId)
    const history = new History(id)
    const here = { history, bubbles: new PendingBubbles(history), openedAt: 0, cancelSaving: null, cancelGap: null }
    byId[id] = here
    refresh(here)
    return here
  }

  /** Puts what the browser kept into an empty history. */
  async function showKept(here: HistoryEntry): Promise<void> {
    const { history } = here
    const page = await tab.client().cache.page(history.conversationId)
    if (!page || byId[history.conversationId] !== here || history.view.state === 'ready') return
    const floor = conversations.byId[history.conversationId]?.me.clearedSeq
    history.reset(page.messages, { rev: page.rev, hasOlder: page.hasOlder, hasNewer: false, floor })
    conversations.note(page.messages)
    refresh(here)
  }

  /** After messages changed: what is on its way is shown anew, and the cache is written soon. */
  function touched(here: HistoryEntry): void {
    refresh(here)
    here.cancelSaving ??= tab.client().environment.after(SAVE_DELAY_MS, () => save(here))
  }

  function refresh(here: HistoryEntry): void {
    here.bubbles.refresh(tab.client().outbox?.entries ?? [])
  }

  function refreshAll(): void {
    unsent.value = tab.client().outbox?.entries ?? []
    for (const here of Object.values(byId)) refresh(here)
  }

  function save(here: HistoryEntry): void {
    here.cancelSaving?.()
    here.cancelSaving = null
    const { view, rev, conversationId: id } = here.history
    if (view.state !== 'ready' || view.hasNewer || byId[id] !== here) return
    const { messages, hasOlder } = view
    void tab.client().cache.savePage({ id, rev, messages: [...messages], hasOlder, openedAt: here.openedAt })
  }

  function saveNow(): void {
    for (const here of Object.values(byId)) if (here.cancelSaving) save(here)
  }

  /** Frees the memory; what the browser keeps stays. */
  function release(id: string): void {
    const here = byId[id]
    if (here?.cancelSaving) save(here)
    here?.cancelGap?.()
    delete byId[id]
  }

  /** A conversation I am no longer in: nothing of it stays, in memory or in the browser. */
  conversations.onRemoved(({ id }) => {
    drop(id)
    presence.removeConversation(id)
    if (session.me) tab.client().forgetConversation(session.me.id, id)
  })

  function drop(id: string): void {
    byId[id]?.cancelSaving?.()
    byId[id]?.cancelGap?.()
    delete byId[id]
  }

  function clear(): void {
    unsent.value = []
    for (const id of Object.keys(byId)) drop(id)
  }

  return { byId, unsent, hold, showKept, touched, refreshAll, saveNow, release, drop, clear }
})

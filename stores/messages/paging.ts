import { defineStore } from 'pinia'
import { nextTick } from 'vue'
import { countsAsUnread } from '#shared/domain/messages'
import type { Message, MessagePage } from '#shared/schemas/message'
import type { PageQuery } from '~/client/http/conversations'
import { firstSeq, lastSeq } from '~/client/history/messageWindow'
import { useConversationsStore } from '../conversations'
import { useHistories, type HistoryEntry } from './histories'
import { useSessionStore } from '../session'
import { useTab } from '../tab'

/** Messages of one conversation in memory. */
const MAX_WINDOW = 1_000
/** After a page could not be loaded, so that a list at its end does not ask without pause. */
const FAILURE_DELAY_MS = 2_000

/** Loads pages of histories: the first one, older and newer ones, the newest. */
export const usePaging = defineStore('paging', () => {
  const tab = useTab()
  const session = useSessionStore()
  const conversations = useConversationsStore()
  const histories = useHistories()

  /** Whether the first unread message is in the window, or will be once the window has caught up. */
  function coversUnread({ history: { view, conversationId } }: HistoryEntry): boolean {
    const me = conversations.byId[conversationId]?.me
    if (!me || me.unread === 0) return true
    const first = me.lastReadSeq + 1
    return first >= firstSeq(view.messages) && (!view.hasNewer || first <= lastSeq(view.messages))
  }

  /** A page around the first unread message, or the newest page when nothing is unread. Never throws. */
  async function loadFirst(here: HistoryEntry): Promise<void> {
    const { conversationId, view } = here.history
    if (view.messages.length === 0) view.state = 'loading'
    const conversation =
      conversations.byId[conversationId] ?? (await conversations.fetchOne(conversationId).catch(() => null))
    const unread = conversation && conversation.me.unread > 0
    const done = conversation && (await replaceBy(here, unread ? { around: conversation.me.lastReadSeq + 1 } : {}))
    if (done) fixFirstUnread(here)
    else if (view.state === 'loading') view.state = 'error'
  }

  /** Replaces the window by a page. @returns whether that worked */
  function replaceBy(here: HistoryEntry, query: PageQuery): Promise<boolean> {
    const { history } = here
    const before = conversations.byId[history.conversationId]
    const rev = Math.max(before?.rev ?? 0, history.rev)
    const lastKnown = before?.lastSeq ?? 0
    return loadPage(here, query, ({ messages, hasMore }) => {
      const hasNewer = query.around !== undefined && lastSeq(messages) < lastKnown
      // Without any message on the newest page, all that there are have been hidden from me.
      const floor = messages.length === 0 && query.around === undefined ? lastKnown : 0
      history.reset(messages, { rev, hasOlder: hasMore && firstSeq(messages) > 1, hasNewer, floor })
    })
  }

  /** The line above the first unread message stays where it is while the conversation is being read. */
  function fixFirstUnread({ history: { view, conversationId } }: HistoryEntry): void {
    const me = conversations.byId[conversationId]?.me
    if (!me || me.unread === 0) {
      view.firstUnreadSeq = null
      return
    }
    const isUnread = ({ seq, kind, senderId, deletedAt }: Message) =>
      seq > me.lastReadSeq && countsAsUnread({ kind, senderId, isDeleted: deletedAt !== null }, session.me?.id ?? '')
    view.firstUnreadSeq = view.messages.find(isUnread)?.seq ?? me.lastReadSeq + 1
  }

  async function loadOlder(id: string): Promise<void> {
    const here = histories.byId[id]
    if (!here || !here.history.view.hasOlder || here.history.view.loadingOlder) return
    const { history } = here
    const before = firstSeq(history.view.messages)
    history.view.loadingOlder = true
    const done = await loadPage(here, { before }, ({ messages, hasMore }) => {
      if (firstSeq(history.view.messages) === before) history.prepend(messages, hasMore)
    })
    await settle(here, done, 'newest')
    history.view.loadingOlder = false
  }

  async function loadNewer(id: string): Promise<void> {
    const here = histories.byId[id]
    if (!here || !here.history.view.hasNewer || here.history.view.loadingNewer) return
    const { history } = here
    const after = lastSeq(history.view.messages)
    history.view.loadingNewer = true
    const done = await loadPage(here, { after }, ({ messages, hasMore }) => {
      if (lastSeq(history.view.messages) === after) history.append(messages, hasMore)
    })
    await settle(here, done, 'oldest')
    history.view.loadingNewer = false
  }

  async function jumpToNewest(id: string): Promise<void> {
    const here = histories.byId[id]
    if (here?.history.view.hasNewer) await replaceBy(here, {})
  }

  /**
   * Shows the part of a conversation around a message, unless it is shown already. Never throws.
   * @returns whether that worked. A message that does not exist yet leaves the reader where they are.
   */
  async function showAround(id: string, seq: number): Promise<boolean> {
    const here = histories.byId[id]
    if (!here || seq > (conversations.byId[id]?.lastSeq ?? 0)) return false
    const { messages } = here.history.view
    const isShown = messages.length > 0 && seq >= firstSeq(messages) && seq <= lastSeq(messages)
    return isShown || replaceBy(here, { around: seq })
  }

  async function loadPage(here: HistoryEntry, query: PageQuery, apply: (page: MessagePage) => void): Promise<boolean> {
    const { history } = here
    try {
      await history.during(
        () => tab.client().conversations.messages(history.conversationId, query),
        (page) => {
          apply(page)
          conversations.note(page.messages)
        },
      )
      histories.touched(here)
      return true
    } catch {
      return false
    }
  }

  /** The far end is cut in a change of its own, after the list has drawn the page: one change, one end. */
  async function settle(here: HistoryEntry, done: boolean, farEnd: 'oldest' | 'newest'): Promise<void> {
    if (!done) return new Promise((rested) => tab.client().environment.after(FAILURE_DELAY_MS, rested))
    if (here.history.view.messages.length <= MAX_WINDOW) return
    await nextTick()
    here.history.trim(farEnd, MAX_WINDOW)
  }

  return { coversUnread, loadFirst, fixFirstUnread, loadOlder, loadNewer, jumpToNewest, showAround }
})

import { defineStore } from 'pinia'
import { nextTick, shallowReactive } from 'vue'
import type { Message, MessagePage } from '#shared/schemas/message'
import { collectChanges, type Changes } from '~/client/changes'
import type { PageQuery } from '~/client/conversations'
import { History, type ConversationHistory } from '~/client/history'
import { firstSeq, lastSeq } from '~/client/messageWindow'
import { PendingBubbles } from '~/client/pendingBubbles'
import { useConversationsStore } from './conversations'
import { usePresenceStore } from './presence'
import { useSessionStore } from './session'
import { useTab } from './tab'

export type { ConversationHistory } from '~/client/history'
export type { OutboxEntry } from '~/client/outboxEntry'

/** Messages of one conversation in memory, and conversations whose messages are in memory. */
const WINDOW_CAP = 1_000
const HISTORIES_CAP = 30
const SAVE_AFTER = 1_000
const GAP_PATIENCE = 300
/** After a page could not be loaded, so that a list at its end does not ask without pause. */
const REST_AFTER_FAILURE = 2_000

interface Held {
  history: History
  bubbles: PendingBubbles
  openedAt: number
  cancelSaving: (() => void) | null
  cancelGap: (() => void) | null
}

/** The messages of the conversations that were opened in this tab, and my own on their way. */
export const useMessagesStore = defineStore('messages', () => {
  const tab = useTab()
  const session = useSessionStore()
  const conversations = useConversationsStore()
  const presence = usePresenceStore()
  const held = shallowReactive<Record<string, Held>>({})
  const opening = new Map<string, Promise<void>>()

  function history(conversationId: string): ConversationHistory | undefined {
    return held[conversationId]?.history.view
  }

  /** Shows a conversation: what is held or kept at once, else a page around the first unread message, or the newest. */
  function openConversation(id: string): Promise<void> {
    conversations.open(id)
    const running = opening.get(id)
    if (running) return running
    const work = show(id).finally(() => opening.delete(id))
    opening.set(id, work)
    return work
  }

  async function show(id: string): Promise<void> {
    const known = held[id]
    const here = known ?? hold(id)
    here.openedAt = tab.client().environment.now()
    if (!known) await showKept(here)
    const { view } = here.history
    if (view.state !== 'ready' || !coversUnread(here)) return loadFirst(here)
    fixFirstUnread(here)
    saveSoon(here)
    if ((conversations.byId[id]?.rev ?? 0) > here.history.rev && !view.hasNewer) await fillGap(here)
  }

  async function showKept(here: Held): Promise<void> {
    const { history } = here
    const page = await tab.client().cache.page(history.conversationId)
    if (!page || held[history.conversationId] !== here || history.view.state === 'ready') return
    history.reset(page.messages, { rev: page.rev, hasOlder: page.hasOlder, hasNewer: false })
    conversations.note(page.messages)
    refresh(here)
  }

  /** Whether the first unread message is in the window, or will be once the window has caught up. */
  function coversUnread({ history: { view, conversationId } }: Held): boolean {
    const me = conversations.byId[conversationId]?.me
    if (!me || me.unread === 0) return !view.hasNewer || view.messages.length > 0
    const first = me.lastReadSeq + 1
    return first >= firstSeq(view.messages) && (!view.hasNewer || first <= lastSeq(view.messages))
  }

  async function loadFirst(here: Held): Promise<void> {
    const { conversationId, view } = here.history
    const { me } = conversations.byId[conversationId] ?? {}
    const page = me && me.unread > 0 ? { around: me.lastReadSeq + 1 } : {}
    if (view.messages.length === 0) view.state = 'loading'
    const done = await load(here, page)
    if (!done && view.state === 'loading') view.state = 'error'
    if (done) fixFirstUnread(here)
  }

  /** Replaces the window by a page. @returns whether that worked */
  async function load(here: Held, query: PageQuery): Promise<boolean> {
    const { history } = here
    const id = history.conversationId
    try {
      const before = conversations.byId[id] ?? (await conversations.fetchOne(id))
      if (!before) return false
      const rev = Math.max(before.rev, history.rev)
      await history.during(
        () => tab.client().conversations.messages(id, query),
        ({ messages, hasMore }) => {
          const hasNewer = query.around !== undefined && lastSeq(messages) < before.lastSeq
          history.reset(messages, { rev, hasOlder: hasMore && firstSeq(messages) > 1, hasNewer })
          conversations.note(messages)
        },
      )
      changed(here)
      return true
    } catch {
      return false
    }
  }

  /** The line above the first unread message stays where it is while the conversation is being read. */
  function fixFirstUnread({ history: { view, conversationId } }: Held): void {
    const me = conversations.byId[conversationId]?.me
    if (!me || me.unread === 0) return void (view.firstUnreadSeq = null)
    const isUnread = ({ seq, senderId }: Message) => seq > me.lastReadSeq && senderId !== session.me?.id
    view.firstUnreadSeq = view.messages.find(isUnread)?.seq ?? me.lastReadSeq + 1
  }

  async function loadOlder(id: string): Promise<void> {
    const here = held[id]
    if (!here || !here.history.view.hasOlder || here.history.view.loadingOlder) return
    const { history } = here
    const before = firstSeq(history.view.messages)
    history.view.loadingOlder = true
    const done = await loadPage(here, { before }, ({ messages, hasMore }) => {
      if (firstSeq(history.view.messages) === before) history.prepend(messages, hasMore)
    })
    await finishPaging(here, done, 'newest')
    history.view.loadingOlder = false
  }

  async function loadNewer(id: string): Promise<void> {
    const here = held[id]
    if (!here || !here.history.view.hasNewer || here.history.view.loadingNewer) return
    const { history } = here
    const after = lastSeq(history.view.messages)
    history.view.loadingNewer = true
    const done = await loadPage(here, { after }, ({ messages, hasMore }) => {
      if (lastSeq(history.view.messages) === after) history.append(messages, hasMore)
    })
    await finishPaging(here, done, 'oldest')
    history.view.loadingNewer = false
  }

  async function loadPage(here: Held, query: PageQuery, apply: (page: MessagePage) => void): Promise<boolean> {
    const { history } = here
    try {
      await history.during(() => tab.client().conversations.messages(history.conversationId, query), (page) => {
        apply(page)
        conversations.note(page.messages)
      })
      changed(here)
      return true
    } catch {
      return false
    }
  }

  /** The far end is cut in a change of its own, after the list has drawn the page: one change, one end. */
  async function finishPaging(here: Held, done: boolean, farEnd: 'oldest' | 'newest'): Promise<void> {
    if (!done) return new Promise((rested) => void tab.client().environment.after(REST_AFTER_FAILURE, rested))
    if (here.history.view.messages.length <= WINDOW_CAP) return
    await nextTick()
    here.history.trim(farEnd, WINDOW_CAP)
  }

  async function jumpToNewest(id: string): Promise<void> {
    const here = held[id]
    if (here?.history.view.hasNewer) await load(here, {})
  }

  /** Any message that became known by an event or an acknowledgement. */
  function apply(message: Message): void {
    conversations.applyMessage(message)
    const here = held[message.conversationId]
    const { outbox } = tab.client()
    const mine = message.senderId === session.me?.id ? message.clientId : null
    if (mine) here?.bubbles.acknowledge(outbox?.entries.find((entry) => entry.clientId === mine))
    here?.history.receive(message)
    if (mine) outbox?.confirm(mine)
    if (here) changed(here)
  }

  function revs(): Record<string, number> {
    const ready = Object.values(held).filter(({ history }) => history.view.state === 'ready')
    return Object.fromEntries(ready.map(({ history }) => [history.conversationId, history.rev]))
  }

  /** Learns all that changed in what is held here, and in the list of conversations. @throws ApiError */
  async function synchronise(only: Held[] = Object.values(held)): Promise<void> {
    const ready = only.filter(({ history }) => history.view.state === 'ready')
    const asked = Object.fromEntries(ready.map(({ history }) => [history.conversationId, history.rev]))
    const since = conversations.mark()
    const answer = collectChanges(tab.client(), asked)
    const applied = ready.map((here) => here.history.during(() => answer, (changes) => catchUp(here, changes)))
    await Promise.all(applied)
    const { conversations: list, removed } = await answer
    const absent = conversations.applySnapshot(list, since)
    for (const id of absent) conversations.remove(id)
    for (const id of removed) forget(id)
    for (const here of ready) if (held[here.history.conversationId] === here) changed(here)
  }

  function catchUp(here: Held, { byConversation }: Changes): void {
    const { history } = here
    const changes = byConversation.get(history.conversationId)
    if (changes === undefined) return
    if (changes === null) return void dropWindow(here)
    history.catchUp(changes.messages, changes.upTo)
    conversations.note(changes.messages)
    const { outbox } = tab.client()
    for (const { senderId, clientId } of changes.messages) {
      if (clientId && senderId === session.me?.id) outbox?.confirm(clientId)
    }
  }

  /** Too far behind: the open conversation is loaded anew where its reader is, any other when it is opened again. */
  async function dropWindow(here: Held): Promise<void> {
    const { conversationId } = here.history
    if (conversations.openId !== conversationId) return release(conversationId)
    await nextTick()
    await loadFirst(here)
  }

  async function fillGap(here: Held): Promise<void> {
    await synchronise([here]).catch(() => {})
  }

  function fillGapSoon(here: Held): void {
    const delay = GAP_PATIENCE * 4 ** here.history.patience
    here.cancelGap ??= tab.client().environment.after(delay, () => {
      here.cancelGap = null
      if (here.history.hasGap) void fillGap(here)
    })
  }

  function send(conversationId: string, text: string, replyToId?: string): void {
    const { environment, outbox } = tab.client()
    if (!outbox || text.trim() === '') return
    const createdAt = new Date(environment.now()).toISOString()
    outbox.add({ clientId: environment.newId(), conversationId, text, replyToId: replyToId ?? null, createdAt })
    presence.typingDone(conversationId)
    void jumpToNewest(conversationId)
  }

  function retry(clientId: string): void {
    tab.client().outbox?.retry(clientId)
  }

  function discard(clientId: string): void {
    tab.client().outbox?.discard(clientId)
  }

  function hold(id: string): Held {
    const others = Object.values(held).filter(({ history }) => history.conversationId !== conversations.openId)
    const [oldest] = others.sort((one, other) => one.openedAt - other.openedAt)
    if (oldest && others.length >= HISTORIES_CAP) release(oldest.history.conversationId)
    const history = new History(id)
    held[id] = { history, bubbles: new PendingBubbles(history), openedAt: 0, cancelSaving: null, cancelGap: null }
    refresh(held[id])
    return held[id]
  }

  function changed(here: Held): void {
    refresh(here)
    saveSoon(here)
    if (here.history.hasGap) fillGapSoon(here)
  }

  function refresh(here: Held): void {
    here.bubbles.refresh(tab.client().outbox?.entries ?? [])
  }

  function refreshPending(): void {
    for (const here of Object.values(held)) refresh(here)
  }

  function saveSoon(here: Held): void {
    here.cancelSaving ??= tab.client().environment.after(SAVE_AFTER, () => save(here))
  }

  function save(here: Held): void {
    here.cancelSaving?.()
    here.cancelSaving = null
    const { view, rev, conversationId: id } = here.history
    if (view.state !== 'ready' || view.hasNewer || held[id] !== here) return
    const { messages, hasOlder } = view
    void tab.client().cache.savePage({ id, rev, messages: [...messages], hasOlder, openedAt: here.openedAt })
  }

  function saveNow(): void {
    for (const here of Object.values(held)) if (here.cancelSaving) save(here)
  }

  /** Frees the memory; what the browser keeps stays. */
  function release(id: string): void {
    const here = held[id]
    if (here?.cancelSaving) save(here)
    here?.cancelGap?.()
    delete held[id]
  }

  /** A conversation I am no longer in: nothing of it stays, in memory or in the browser. */
  function forget(id: string): void {
    held[id]?.cancelSaving?.()
    held[id]?.cancelGap?.()
    delete held[id]
    conversations.remove(id)
    presence.removeConversation(id)
    if (session.me) tab.client().forgetConversation(session.me.id, id)
  }

  function clear(): void {
    for (const { cancelSaving, cancelGap, history } of Object.values(held)) {
      cancelSaving?.()
      cancelGap?.()
      delete held[history.conversationId]
    }
    opening.clear()
  }

  return {
    history, openConversation, loadOlder, loadNewer, jumpToNewest, send, retry, discard,
    apply, revs, synchronise, refreshPending, forget, saveNow, clear,
  }
})

import { defineStore } from 'pinia'
import type { Message } from '#shared/schemas/message'
import { collectChanges, type Changes } from '~/client/history/changes'
import type { ConversationHistory } from '~/client/history/history'
import type { OutboxEntry } from '~/client/outbox/outboxEntry'
import { useConversationsStore } from '../conversations'
import { useHistories, type HistoryEntry } from './histories'
import { useMembersStore } from '../members'
import { messageDeleting } from './deleting'
import { messageForwarding } from './forwarding'
import { usePaging } from './paging'
import { messagePreviews } from './previews'
import { messageReactions } from './reactions'
import { messageSending } from './sending'
import { usePinsStore } from '../pins'
import { useSessionStore } from '../session'
import { useThreadStore } from '../thread'
import { useTab } from '../tab'

export type { ConversationHistory } from '~/client/history/history'
export type { OutboxEntry } from '~/client/outbox/outboxEntry'

/** Milliseconds in which what is missing may still arrive by itself; four times as long after each sync in vain. */
const GAP_TIMEOUT_MS = 300

/** The messages of the conversations that were opened in this tab, and my own on their way. */
export const useMessagesStore = defineStore('messages', () => {
  const tab = useTab()
  const session = useSessionStore()
  const conversations = useConversationsStore()
  const members = useMembersStore()
  const histories = useHistories()
  const pins = usePinsStore()
  const thread = useThreadStore()
  const paging = usePaging()
  const opening = new Map<string, Promise<void>>()
  const showPreviewBefore = messagePreviews()
  const deleting = messageDeleting(remove)

  function history(conversationId: string): ConversationHistory | undefined {
    return histories.byId[conversationId]?.history.view
  }

  /** The newest message of mine there that the server has not acknowledged. */
  function newestUnsent(conversationId: string): OutboxEntry | undefined {
    return histories.unsent.findLast((entry) => entry.conversationId === conversationId)
  }

  /**
   * Shows a conversation: what is in memory or in the cache at once, else a page around the first unread message, or
   * the newest. Never throws.
   */
  function openConversation(id: string): Promise<void> {
    conversations.open(id)
    const running = opening.get(id)
    if (running) return running
    const work = show(id).finally(() => opening.delete(id))
    opening.set(id, work)
    return work
  }

  async function show(id: string): Promise<void> {
    if (conversations.byId[id]?.kind === 'group') members.load(id).catch(() => {})
    const known = histories.byId[id]
    const here = known ?? histories.hold(id)
    here.openedAt = tab.client().environment.now()
    if (!known) await histories.showKept(here)
    const { view } = here.history
    if (view.state !== 'ready' || !paging.coversUnread(here)) return paging.loadFirst(here)
    paging.fixFirstUnread(here)
    histories.touched(here)
    if (isBehind(here)) await fillGap(here)
  }

  function isBehind({ history: { conversationId, rev, view } }: HistoryEntry): boolean {
    return view.state === 'ready' && !view.hasNewer && (conversations.byId[conversationId]?.rev ?? 0) > rev
  }

  /** Any message that became known by an event or an acknowledgement. */
  function apply(message: Message): void {
    conversations.applyMessage(message)
    const here = histories.byId[message.conversationId]
    const { outbox } = tab.client()
    const mine = message.senderId === session.me?.id ? message.clientId : null
    if (mine) here?.bubbles.acknowledge(outbox?.entries.find((entry) => entry.clientId === mine))
    here?.history.receive(message)
    if (mine) outbox?.confirm(mine)
    if (here) changed(here)
    if (message.deletedAt) showPreviewBefore(message)
  }

  /**
   * Fetches all changes of the histories in memory, and of the list of conversations.
   * @throws ApiError; nothing was applied then
   */
  async function synchronise(only: HistoryEntry[] = Object.values(histories.byId)): Promise<void> {
    const isReady = ({ history: { view } }: HistoryEntry) => view.state === 'ready'
    const ready = only.filter(isReady)
    const known = new Set(Object.values(histories.byId).filter(isReady))
    const revs = Object.fromEntries(ready.map(({ history: { conversationId, rev } }) => [conversationId, rev]))
    const since = conversations.mark()
    const answer = collectChanges(tab.client(), revs)
    await Promise.all(
      ready.map((here) =>
        here.history.during(
          () => answer,
          (changes) => catchUp(here, changes),
        ),
      ),
    )
    const { conversations: list, removed, byConversation } = await answer
    conversations.applySnapshot(list, since)
    for (const id of removed) if (!conversations.byId[id]) conversations.remove(id, 'gone')
    for (const here of ready) {
      const { conversationId } = here.history
      if (histories.byId[conversationId] !== here) continue
      if (byConversation.get(conversationId) === null) void dropWindow(here)
      else changed(here)
      if (byConversation.has(conversationId)) for (const store of [pins, thread]) store.refresh(conversationId)
    }
    // What was taken from the browser's cache meanwhile was not asked about.
    for (const here of Object.values(histories.byId)) if (!known.has(here) && isBehind(here)) void fillGap(here)
  }

  function catchUp({ history: { conversationId, rev }, history }: HistoryEntry, { byConversation }: Changes): void {
    const changes = byConversation.get(conversationId)
    if (changes === null) return
    const { messages, upTo } = changes ?? { messages: [], upTo: rev }
    history.catchUp(messages, upTo)
    conversations.note(messages)
    for (const { senderId, clientId } of messages) {
      if (clientId && senderId === session.me?.id) tab.client().outbox?.confirm(clientId)
    }
  }

  /** Too far behind: the open conversation is loaded anew where its reader is, any other when it is opened again. */
  async function dropWindow(here: HistoryEntry): Promise<void> {
    const { conversationId } = here.history
    if (conversations.openId === conversationId) return paging.loadFirst(here)
    histories.release(conversationId)
    await tab.client().cache.removePage(conversationId)
  }

  /** I may see more or less of a conversation than before: nothing of it in memory or in the cache can be trusted. */
  conversations.onHistoryChanged((id) => {
    void tab.client().cache.removePage(id)
    if (!histories.byId[id]) return
    histories.drop(id)
    if (conversations.openId === id) void paging.loadFirst(histories.hold(id))
  })

  function changed(here: HistoryEntry): void {
    histories.touched(here)
    if (!here.history.hasGap) return
    const delay = GAP_TIMEOUT_MS * 4 ** here.history.patience
    here.cancelGap ??= tab.client().environment.after(delay, () => {
      here.cancelGap = null
      if (here.history.hasGap) void fillGap(here)
    })
  }

  /** Without an answer the gap stays until the next synchronisation, which follows every loss of the connection. */
  async function fillGap(here: HistoryEntry): Promise<void> {
    await synchronise([here]).catch(() => {})
  }

  /**
   * Changes the text of a message of mine.
   * @throws ApiError: FORBIDDEN, NOT_FOUND for a deleted one, INVALID, OFFLINE
   */
  async function edit(conversationId: string, messageId: string, text: string): Promise<void> {
    const { socket, conversations: requests } = tab.client()
    const message = socket.isOpen
      ? (await socket.request('message.edit', { conversationId, messageId, text })).message
      : await requests.edit(conversationId, messageId, text)
    applyAnswer(message)
  }

  /** Marks a voice message as heard: I have begun to listen to it. Without a socket, the next sync shows it. @throws ApiError */
  async function markHeard(conversationId: string, messageId: string): Promise<void> {
    const { socket, conversations: requests } = tab.client()
    if (!socket.isOpen) return requests.markHeard(conversationId, messageId)
    applyAnswer((await socket.request('message.heard', { conversationId, messageId })).message)
  }

  /** Voice messages after a `seq`, ascending: those in memory, else those that the server has. Never throws. */
  async function voiceAfter(conversationId: string, seq: number): Promise<readonly Message[]> {
    const view = history(conversationId)
    const isLoaded = view?.state === 'ready' && !view.hasNewer && (view.messages[0]?.seq ?? Infinity) <= seq
    if (isLoaded)
      return view.messages.filter(
        (message) => message.seq > seq && message.attachments.some(({ kind }) => kind === 'voice'),
      )
    const asked = tab.client().conversations.shared(conversationId, { kind: 'voice', after: seq, limit: 20 })
    return asked.then(({ messages }) => messages).catch(() => [])
  }

  /**
   * Deletes a message for everyone: its `seq` stays, its content goes.
   * @throws ApiError: FORBIDDEN, NOT_FOUND, OFFLINE
   */
  async function remove(conversationId: string, messageId: string): Promise<void> {
    const { socket, conversations: requests } = tab.client()
    if (socket.isOpen)
      return applyAnswer((await socket.request('message.delete', { conversationId, messageId })).message)
    await requests.removeMessage(conversationId, messageId)
    const here = histories.byId[conversationId]
    if (here) await fillGap(here)
  }

  /** I may be in the conversation no longer. */
  function applyAnswer(message: Message): void {
    if (conversations.byId[message.conversationId]) apply(message)
  }

  function clear(): void {
    histories.clear()
    opening.clear()
    deleting.dropDeletions()
  }

  return {
    history,
    newestUnsent,
    openConversation,
    loadOlder: paging.loadOlder,
    loadNewer: paging.loadNewer,
    jumpToNewest: paging.jumpToNewest,
    showAround: paging.showAround,
    ...messageSending((conversationId) => void paging.jumpToNewest(conversationId)),
    edit,
    remove,
    markHeard,
    voiceAfter,
    ...messageReactions(applyAnswer),
    ...deleting,
    ...messageForwarding(applyAnswer),
    apply,
    synchronise: () => synchronise(),
    refreshPending: histories.refreshAll,
    saveNow: histories.saveNow,
    clear,
  }
})

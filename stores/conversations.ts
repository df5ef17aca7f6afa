import { defineStore } from 'pinia'
import { computed, ref, shallowReactive } from 'vue'
import type { Conversation, ReadStep } from '#shared/schemas/conversation'
import type { Message } from '#shared/schemas/message'
import {
  byListOrder,
  hasOtherHistory,
  merged,
  withMessage,
  withRead,
  withUnread,
} from '~/client/history/conversationState'
import { Hook } from '~/client/hook'
import { namedPeople } from '~/client/history/namedPeople'
import { UpdateClock } from '~/client/history/updateClock'
import { Unread } from '~/client/history/unread'
import { conversationActions } from './conversationActions'
import { conversationDrafts } from './conversationDrafts'
import { conversationFetching } from './conversationFetching'
import { conversationSaving } from './conversationSaving'
import { usePeopleStore } from './people'
import { useReads } from './reads'
import { useRemovals } from './removals'
import { useRosters } from './rosters'
import { useSessionStore } from './session'
import { useSlowMode } from './slowMode'
import { useTab } from './tab'

/** Milliseconds after which the server knows how far I have read. */
const ASK_DELAY_MS = 1_500

/** The conversations I am in, as I see them. Objects are replaced, never mutated. */
export const useConversationsStore = defineStore('conversations', () => {
  const tab = useTab()
  const session = useSessionStore()
  const people = usePeopleStore()
  const rosters = useRosters()
  const reads = useReads()
  const removals = useRemovals()
  const slowMode = useSlowMode()
  const byId = shallowReactive<Record<string, Conversation>>({})
  const loaded = ref(false)
  const openId = ref<string | null>(null)
  const startedHere = shallowReactive(new Set<string>())

  const unread = new Unread()
  /** Which messages of a conversation I may see has changed: those in memory are not what the server would show. */
  const historyChanged = new Hook<string>()
  /** Changes that came by anything but a snapshot. */
  const clock = new UpdateClock()
  let cached: Promise<void> = Promise.resolve()
  let hasSnapshot = false
  const mark = () => clock.mark()
  const find = (id: string) => byId[id]
  const saving = conversationSaving(find)
  const { withoutDraft, onDraft } = conversationDrafts()
  const actions = conversationActions({ mark, take, remove, find })
  const { fetchOne, discover } = conversationFetching({ mark, take, applyRead, find, cached: () => cached })

  const isListed = ({ id, kind, lastSeq }: Conversation) =>
    kind !== 'direct' || lastSeq > 0 || id === openId.value || startedHere.has(id)
  const sorted = computed(() => Object.values(byId).filter(isListed).sort(byListOrder))

  /** Shows the cached conversations, until the server answers. */
  function loadCached(): Promise<void> {
    cached = readCache()
    return cached
  }

  async function readCache(): Promise<void> {
    const kept = await tab.client().cache.conversations()
    if (hasSnapshot) return kept.forEach(overtaken)
    for (const conversation of kept)
      if (!byId[conversation.id] && !clock.removedSince(conversation.id, 0)) accept(undefined, conversation)
    if (kept.length > 0) loaded.value = true
  }

  /** The server answered before the cache. I am no longer in conversations that it did not list. */
  function overtaken(cached: Conversation): void {
    const current = byId[cached.id]
    if (!current) remove(cached.id, 'gone', cached.name)
    else if (hasOtherHistory(cached, current)) historyChanged.tell(cached.id)
  }

  /** Applies the server's list. I left conversations that it does not have. @param since `mark()` before the request */
  function applySnapshot(list: Conversation[], since: number): void {
    const listed = new Set(list.map((conversation) => conversation.id))
    for (const listedOne of list) {
      if (clock.removedSince(listedOne.id, since)) continue
      const conversation = withoutDraft(listedOne)
      const known = byId[conversation.id]
      const readHere = known?.me.lastReadSeq ?? 0
      const isNewer = known !== undefined && clock.updatedSince(conversation.id, since)
      unread.tell(conversation)
      put(isNewer ? merged(conversation, known) : merged(known, conversation))
      if (readHere > conversation.me.lastReadSeq) reads.report(conversation.id, readHere)
    }
    loaded.value = hasSnapshot = true
    for (const id of Object.keys(byId)) if (!listed.has(id) && !clock.updatedSince(id, since)) remove(id, 'gone')
  }

  /** Applies a conversation of an event. */
  function upsert(conversation: Conversation): void {
    clock.updated(conversation.id)
    removals.undo(conversation.id)
    accept(byId[conversation.id], conversation)
  }

  /** Applies an answer's conversation, unless events have overtaken it. @param since `mark()` before the request */
  function take(conversation: Conversation, since: number): void {
    const { id } = conversation
    if (!clock.updatedSince(id, since) && !clock.removedSince(id, since)) upsert(conversation)
  }

  /** Sets the number of members after somebody came or left. */
  function setMemberCount(id: string, count: (before: number) => number): void {
    const conversation = byId[id]
    const memberCount = conversation ? count(conversation.memberCount) : 0
    if (!conversation || memberCount === conversation.memberCount) return
    clock.updated(id)
    put({ ...conversation, memberCount })
  }

  /** Applies any received message: to the unread count, and as the last message if it is the newest. */
  function applyMessage(message: Message): void {
    const conversation = byId[message.conversationId]
    if (!conversation) return discover(message.conversationId)
    note([message])
    put(withMessage(conversation, message))
  }

  /** Notes what is needed of received messages: whom they name, and whether they count as unread. */
  function note(messages: readonly Message[]): void {
    void people.ensure(messages.flatMap(namedPeople))
    for (const message of messages) {
      if (message.senderId === session.me?.id) slowMode.learn(message)
      unread.note(message, session.me?.id ?? '')
    }
  }

  function applyRead(conversationId: string, userId: string, lastReadSeq: number, step?: ReadStep | null): void {
    if (userId === session.me?.id) return readUpTo(conversationId, lastReadSeq)
    reads.learn(conversationId, userId, lastReadSeq, step)
  }

  /** Marks everything up to `seq` as read. It shows at once, is reported to the server soon, and never goes back. */
  function markRead(id: string, seq: number): void {
    const conversation = byId[id]
    if (!conversation || Math.min(seq, conversation.lastSeq) <= conversation.me.lastReadSeq) return
    readUpTo(id, Math.min(seq, conversation.lastSeq))
    reads.report(id, Math.min(seq, conversation.lastSeq))
  }

  function readUpTo(id: string, seq: number): void {
    const conversation = byId[id]
    if (!conversation) return
    const isSure = unread.readUpTo(id, seq)
    put(withRead(conversation, seq))
    if (!isSure) tab.client().environment.after(ASK_DELAY_MS, () => void fetchOne(id).catch(() => {}))
  }

  function open(id: string | null): void {
    openId.value = id
  }

  /** The one conversation with a person, made if there is none; listed while it is empty. @throws ApiError */
  async function startDirect(userId: string): Promise<Conversation> {
    const conversation = await actions.startDirect(userId)
    startedHere.add(conversation.id)
    return conversation
  }

  /** Joins what was received with what is known here. */
  function accept(known: Conversation | undefined, incoming: Conversation): void {
    unread.tell(incoming)
    put(merged(known, withoutDraft(incoming)))
  }

  function put(changed: Conversation): void {
    const conversation = withUnread(changed, unread.count(changed.id, changed.lastSeq), unread.mentions.find(changed))
    const before = byId[conversation.id]
    if (before === conversation) return
    byId[conversation.id] = conversation
    people.remember([conversation.peer])
    if (conversation.lastMessage) void people.ensure(namedPeople(conversation.lastMessage))
    if (before && hasOtherHistory(before, conversation)) historyChanged.tell(conversation.id)
    saving.add(conversation.id)
  }

  /** Removes a conversation that I am no longer in, here and in the stores that listen to removals. */
  function remove(id: string, reason: string, name = byId[id]?.name ?? null): void {
    erase(id)
    if (clock.removed(id)) removals.record(id, name, reason)
  }

  function erase(id: string): void {
    delete byId[id]
    reads.forget(id)
    unread.forget(id)
    slowMode.forget(id)
    rosters.drop(id)
    saving.forget(id)
    startedHere.delete(id)
  }

  function clear(): void {
    for (const id of Object.keys(byId)) erase(id)
    for (const store of [rosters, reads, removals, slowMode]) store.clear()
    clock.clear()
    hasSnapshot = false
    saving.cancel()
    loaded.value = false
    openId.value = null
  }

  return {
    byId,
    reads: reads.byId,
    readSteps: reads.steps,
    sorted,
    loaded,
    openId,
    open,
    close: () => open(null),
    markRead,
    fetchOne,
    ...actions,
    startDirect,
    removedReason: (id: string) => removals.byId[id]?.reason,
    onRemoved: removals.on,
    onDraft,
    onHistoryChanged: (listener: (id: string) => void) => historyChanged.on(listener),
    loadCached,
    applySnapshot,
    mark,
    upsert,
    take,
    setMemberCount,
    applyMessage,
    applyRead,
    note,
    remove,
    save: saving.save,
    clear,
  }
})

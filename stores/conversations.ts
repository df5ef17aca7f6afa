import { defineStore } from 'pinia'
import { computed, ref, shallowReactive } from 'vue'
import type { Conversation } from '#shared/schemas/conversation'
import type { Message } from '#shared/schemas/message'
import { asApiError } from '~/client/apiError'
import { merged, withMessage, withRead } from '~/client/conversationState'
import { ReadReceipts } from '~/client/readReceipts'
import { usePeopleStore } from './people'
import { useSessionStore } from './session'
import { useTab } from './tab'

const SAVE_AFTER = 1_000
const NONE: ReadonlyMap<number, boolean> = new Map()

/** The conversations I am in, as I see them. Objects are replaced, never changed in place. */
export const useConversationsStore = defineStore('conversations', () => {
  const tab = useTab()
  const session = useSessionStore()
  const people = usePeopleStore()
  const byId = shallowReactive<Record<string, Conversation>>({})
  /** How far others have read, by conversation and person: as far as this tab was told. */
  const reads = shallowReactive<Record<string, Readonly<Record<string, number>>>>({})
  const loaded = ref(false)
  const openId = ref<string | null>(null)
  const startedHere = shallowReactive(new Set<string>())

  /** Which messages after my reading position are my own, so that unread can be derived. */
  const own = new Map<string, Map<number, boolean>>()
  /** Counts changes told by anything but a snapshot, so that an older snapshot does not undo them. */
  let version = 0
  let cached: Promise<void> = Promise.resolve()
  const versions = new Map<string, number>()
  const unsaved = new Set<string>()
  const discovering = new Set<string>()
  let cancelSaving: (() => void) | null = null
  let receipts: ReadReceipts | null = null
  const readReceipts = () => (receipts ??= new ReadReceipts(tab.client()))

  const sorted = computed(() =>
    Object.values(byId)
      .filter(isListed)
      .sort((one, other) => activityOf(other).localeCompare(activityOf(one)) || one.id.localeCompare(other.id)),
  )
  const totalUnread = computed(() => Object.values(byId).reduce((sum, { me }) => sum + me.unread, 0))

  function isListed({ id, kind, lastSeq }: Conversation): boolean {
    return kind !== 'direct' || lastSeq > 0 || id === openId.value || startedHere.has(id)
  }

  /** Shows what this browser kept, until the server answers. */
  function loadCached(): Promise<void> {
    cached = readCache()
    return cached
  }

  async function readCache(): Promise<void> {
    const kept = await tab.client().cache.conversations()
    for (const conversation of kept) if (!byId[conversation.id]) put(conversation)
    if (kept.length > 0) loaded.value = true
  }

  /**
   * Takes over the server's list. @param since `mark()` from before it was asked for
   * @returns ids of those that are no longer mine
   */
  function applySnapshot(list: Conversation[], since: number): string[] {
    const told = new Set(list.map((conversation) => conversation.id))
    for (const conversation of list) {
      const known = byId[conversation.id]
      const readHere = known?.me.lastReadSeq ?? 0
      const overtaken = known !== undefined && (versions.get(conversation.id) ?? 0) > since
      const [older, newer] = overtaken ? [conversation, known] : [known, conversation]
      put(merged(older, newer, ownOf(conversation.id)))
      if (readHere > conversation.me.lastReadSeq) readReceipts().add(conversation.id, readHere)
    }
    loaded.value = true
    return Object.keys(byId).filter((id) => !told.has(id) && (versions.get(id) ?? 0) <= since)
  }

  const mark = () => version

  /** One conversation, told by an event or an answer. */
  function upsert(conversation: Conversation): void {
    versions.set(conversation.id, ++version)
    put(merged(byId[conversation.id], conversation, ownOf(conversation.id)))
  }

  /** Any message that becomes known: counts what is unread and shows the newest one. */
  function applyMessage(message: Message): void {
    const conversation = byId[message.conversationId]
    if (!conversation) return discover(message.conversationId)
    note([message])
    const next = withMessage(conversation, message, ownOf(conversation.id), session.me?.id ?? '')
    if (next !== conversation) put(next)
  }

  /** Remembers which messages are mine, without counting them. */
  function note(messages: readonly Message[]): void {
    for (const { conversationId, seq, senderId } of messages) {
      if (seq <= (byId[conversationId]?.me.lastReadSeq ?? 0)) continue
      const seen = own.get(conversationId) ?? new Map<number, boolean>()
      own.set(conversationId, seen.set(seq, senderId === session.me?.id))
    }
  }

  function applyRead(conversationId: string, userId: string, lastReadSeq: number): void {
    if (userId === session.me?.id) return readUpTo(conversationId, lastReadSeq)
    if (lastReadSeq <= (reads[conversationId]?.[userId] ?? 0)) return
    reads[conversationId] = { ...reads[conversationId], [userId]: lastReadSeq }
  }

  /** I have seen everything up to `seq`: shown at once, told to the server soon; never goes back. */
  function markRead(id: string, seq: number): void {
    const conversation = byId[id]
    if (!conversation || Math.min(seq, conversation.lastSeq) <= conversation.me.lastReadSeq) return
    readUpTo(id, Math.min(seq, conversation.lastSeq))
    readReceipts().add(id, Math.min(seq, conversation.lastSeq))
  }

  function readUpTo(id: string, seq: number): void {
    const conversation = byId[id]
    if (!conversation) return
    put(withRead(conversation, seq, ownOf(id)))
    for (const seen of own.get(id)?.keys() ?? []) if (seen <= seq) own.get(id)!.delete(seen)
  }

  function open(id: string): void {
    openId.value = id
  }

  function close(): void {
    openId.value = null
  }

  /** The one conversation with a person, made if there is none. @throws ApiError */
  async function startDirect(userId: string): Promise<Conversation> {
    const conversation = await tab.client().conversations.startDirect(userId)
    startedHere.add(conversation.id)
    upsert(conversation)
    return byId[conversation.id]!
  }

  /** Asks the server for one conversation; null where there is none for me. Offline, the one that was kept. @throws ApiError */
  async function fetchOne(id: string): Promise<Conversation | null> {
    await cached
    try {
      const { conversation, members } = await tab.client().conversations.get(id)
      people.remember(members.map((member) => member.user))
      for (const member of members) applyRead(id, member.user.id, member.lastReadSeq)
      upsert(conversation)
      return byId[id]!
    } catch (thrown) {
      const { code } = asApiError(thrown)
      if (code === 'NOT_FOUND') return null
      if (code === 'OFFLINE' && byId[id]) return byId[id]
      throw thrown
    }
  }

  /** An event named a conversation that is not known here. */
  function discover(id: string): void {
    if (discovering.has(id)) return
    discovering.add(id)
    void fetchOne(id)
      .catch(() => {})
      .finally(() => discovering.delete(id))
  }

  function put(conversation: Conversation): void {
    if (byId[conversation.id] === conversation) return
    byId[conversation.id] = conversation
    people.remember([conversation.peer])
    unsaved.add(conversation.id)
    cancelSaving ??= tab.client().environment.after(SAVE_AFTER, save)
  }

  /** Writes what changed into the browser's cache. */
  function save(): void {
    cancelSaving?.()
    cancelSaving = null
    const changed = [...unsaved].flatMap((id) => byId[id] ?? [])
    unsaved.clear()
    if (changed.length > 0) void tab.client().cache.saveConversations(changed)
  }

  function remove(id: string): void {
    delete byId[id]
    delete reads[id]
    own.delete(id)
    versions.delete(id)
    unsaved.delete(id)
    startedHere.delete(id)
  }

  function clear(): void {
    for (const id of Object.keys(byId)) remove(id)
    cancelSaving?.()
    cancelSaving = null
    receipts?.clear()
    loaded.value = false
    openId.value = null
  }

  function ownOf(id: string): ReadonlyMap<number, boolean> {
    return own.get(id) ?? NONE
  }

  function flushReads(): void {
    readReceipts().flush()
  }

  return {
    byId, reads, sorted, loaded, totalUnread, openId,
    open, close, startDirect, markRead, fetchOne,
    loadCached, applySnapshot, mark, upsert, applyMessage, applyRead, note, remove, save, flushReads, clear,
  }
})

/** When something last happened in a conversation, for the order of the list. */
function activityOf(conversation: Conversation): string {
  return conversation.lastMessage?.createdAt ?? conversation.updatedAt
}

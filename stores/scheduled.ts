import { defineStore } from 'pinia'
import { shallowReactive, watch } from 'vue'
import type { ChangeScheduledInput, Scheduled } from '#shared/schemas/scheduled'
import { Hook } from '~/client/hook'
import { useSessionStore } from './session'
import { useTab } from './tab'

/** My scheduled messages, of all conversations. */
export const useScheduledStore = defineStore('scheduled', () => {
  const tab = useTab()
  const session = useSessionStore()
  const byId = shallowReactive<Record<string, Scheduled>>({})
  const refused = new Hook<Scheduled>()
  /** Grows with each event, which an answer under way may not know of. */
  let events = 0

  /** Fetches all of them. Never throws: what is known stays. */
  async function load(): Promise<void> {
    const userId = session.me?.id
    const before = events
    const list = await tab
      .client()
      .scheduled.list()
      .catch(() => null)
    if (!list || session.me?.id !== userId) return
    if (events !== before) return load()
    for (const id of Object.keys(byId)) delete byId[id]
    for (const scheduled of list) byId[scheduled.id] = scheduled
  }

  /** Applies an event or an answer. @param scheduled null: it was sent or cancelled */
  function apply(id: string, scheduled: Scheduled | null): void {
    events++
    const isNews = scheduled?.state === 'refused' && byId[id]?.state !== 'refused'
    if (scheduled) byId[id] = scheduled
    else delete byId[id]
    if (isNews) refused.tell(scheduled)
  }

  /** Those of a conversation, the next one first. */
  function of(conversationId: string): Scheduled[] {
    const found = Object.values(byId).filter((scheduled) => scheduled.conversationId === conversationId)
    return found.sort((one, other) => one.at.localeCompare(other.at))
  }

  /** Writes a message to be sent at a time. @throws ApiError */
  async function add(conversationId: string, text: string, at: string, replyToId: string | null): Promise<void> {
    const { environment, scheduled } = tab.client()
    const added = await scheduled.add({ conversationId, clientId: environment.newId(), text, at, replyToId })
    apply(added.id, added)
  }

  /** Changes its time or text, or sends it now. @throws ApiError */
  async function change(id: string, input: ChangeScheduledInput): Promise<void> {
    const before = events
    const changed = await tab.client().scheduled.change(id, input)
    // What is sent now may be gone before the answer is here.
    if (events === before) apply(id, changed)
  }

  /** @throws ApiError */
  async function cancel(id: string): Promise<void> {
    await tab.client().scheduled.cancel(id)
    apply(id, null)
  }

  watch(
    () => session.me?.id,
    () => {
      for (const id of Object.keys(byId)) delete byId[id]
    },
    { flush: 'sync' },
  )

  return { of, load, apply, add, change, cancel, onRefused: refused.on.bind(refused) }
})

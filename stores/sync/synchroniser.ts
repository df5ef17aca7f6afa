import { defineStore } from 'pinia'
import type { ServerEvent } from '#shared/protocol/server'
import { fullJitter } from '~/client/backoff'
import { applyEvent } from './applyEvent'
import { useConnectionStore } from './connection'
import { useArrivals } from '../arrivals'
import { useConversationsStore } from '../conversations'
import { useDraftsStore } from '../drafts'
import { useMembersStore } from '../members'
import { useMessagesStore } from '../messages/messages'
import { usePinsStore } from '../pins'
import { usePresenceStore } from '../presence'
import { useReads } from '../reads'
import { useThreadStore } from '../thread'
import { useScheduledStore } from '../scheduled'
import { useTab } from '../tab'

/**
 * Keeps this tab true to the server: after every opening of the socket events wait in a buffer, a snapshot of all that
 * changed is asked for and applied, then the buffered events. Applying is idempotent, so that what is in both does no harm.
 */
export const useSynchroniser = defineStore('synchroniser', () => {
  const tab = useTab()
  const connection = useConnectionStore()
  const reads = useReads()
  const owners = {
    arrivals: useArrivals(),
    conversations: useConversationsStore(),
    drafts: useDraftsStore(),
    messages: useMessagesStore(),
    members: useMembersStore(),
    pins: usePinsStore(),
    presence: usePresenceStore(),
    thread: useThreadStore(),
    scheduled: useScheduledStore(),
  }
  let running = false
  let again = false
  let attempt = 0
  let buffer: ServerEvent[] = []
  let cancelRetry: (() => void) | null = null

  function receive(event: ServerEvent): void {
    if (event.type === 'resync') {
      void run()
      return
    }
    if (running) buffer.push(event)
    else applyEvent(owners, event)
  }

  /** Fetches and applies what changed. Asked for while it runs, it runs once more. Never throws. */
  async function run(): Promise<void> {
    again = running
    if (running) return
    running = true
    cancelRetry?.()
    owners.members.beginEpoch()
    const done = await owners.messages.synchronise().then(
      () => true,
      () => false,
    )
    running = false
    // Without the snapshot too: each history finds its own gaps and asks for them.
    const received = buffer.splice(0)
    for (const event of received) applyEvent(owners, event)
    // The snapshot may have counted them already, or not. The next one has.
    if (received.some(({ type }) => type === 'member.joined' || type === 'member.left')) again ||= done
    if (done) succeeded()
    else retryLater()
    if (again) await run()
  }

  function succeeded(): void {
    attempt = 0
    connection.markSynced()
    owners.arrivals.settle(Object.values(owners.conversations.byId))
    reads.flush()
    owners.drafts.flush()
    void owners.members.refresh()
    const { openId } = owners.conversations
    if (openId && owners.messages.history(openId)?.state === 'error') void owners.messages.openConversation(openId)
  }

  function retryLater(): void {
    if (!tab.client().socket.isOpen) return
    cancelRetry = tab.client().environment.after(fullJitter(attempt++, tab.client().environment.random, 1_000), () => {
      if (tab.client().socket.isOpen) void run()
    })
  }

  function clear(): void {
    cancelRetry?.()
    buffer = []
    again = false
    attempt = 0
  }

  return { receive, run, clear }
})

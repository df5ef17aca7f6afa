import { watch } from 'vue'
import { asApiError } from '~/client/http/apiError'
import { useArrivals } from '../arrivals'
import { useClock } from '../clock'
import { useConnectionStore } from './connection'
import { useConversationsStore } from '../conversations'
import { useMessagesStore } from '../messages/messages'
import { usePeopleStore } from '../people'
import { usePinsStore } from '../pins'
import { usePresenceStore } from '../presence'
import { useSessionStore } from '../session'
import { useSynchroniser } from './synchroniser'
import { useThreadStore } from '../thread'
import { useTab } from '../tab'
import { useUploadsStore } from '../uploads'

/** While the socket does not come up though HTTP works, changes are asked for this often. */
const POLL_INTERVAL_MS = 5_000

/**
 * Wires socket, outbox and stores together for whoever is signed in, and takes everything apart when they leave.
 * The active pinia must be set. @returns stops it for good
 */
export function startRealtime(): () => void {
  const client = useTab().client()
  const session = useSessionStore()
  const clock = useClock()
  const arrivals = useArrivals()
  const connection = useConnectionStore()
  const conversations = useConversationsStore()
  const messages = useMessagesStore()
  const people = usePeopleStore()
  const pins = usePinsStore()
  const thread = useThreadStore()
  const presence = usePresenceStore()
  const synchroniser = useSynchroniser()
  const files = useUploadsStore()
  let cancelPoll: (() => void) | null = null

  client.socket.checkSession = async () => {
    try {
      await client.accounts.me()
      return 'in'
    } catch (thrown) {
      return asApiError(thrown).code === 'UNAUTHENTICATED' ? 'out' : 'unreachable'
    }
  }
  client.socket.onEvent = (event) => synchroniser.receive(event)
  client.socket.onHello = (hello) => {
    clock.learn(hello.time)
    connection.learnProtocol(hello.protocol)
    // Another tab signed in as someone else; the cookies are theirs now.
    if (hello.userId !== session.me?.id) {
      void session.verify()
      return
    }
    void synchroniser.run()
    presence.connected()
  }
  client.socket.onStatus = (status) => {
    const wasOpen = connection.isOpen
    connection.setNetworkDown(!client.environment.isOnline())
    connection.follow(status)
    if (wasOpen && status.phase !== 'open') presence.disconnected()
    client.outbox?.setOnline(status.phase === 'open' || connection.late)
    if (connection.late) pollSoon()
  }
  const stopSignals = client.environment.onSignal((signal) => {
    connection.setNetworkDown(!client.environment.isOnline())
    if (signal === 'hidden') saveNow()
    if (signal === 'leaving') messages.sendDeletions()
  })

  function pollSoon(): void {
    cancelPoll ??= client.environment.after(POLL_INTERVAL_MS, async () => {
      await synchroniser.run()
      cancelPoll = null
      if (connection.late) pollSoon()
    })
  }

  function saveNow(): void {
    people.save()
    conversations.save()
    messages.saveNow()
  }

  function arrive(): void {
    const { outbox, uploads } = client
    if (!outbox || !uploads) return
    outbox.onChange = () => messages.refreshPending()
    outbox.onDelivered = (message) => messages.apply(message)
    uploads.views.onChange = (clientId, states) => files.show(clientId, states)
    messages.refreshPending()
    people.loadCached()
    void conversations.loadCached()
    client.socket.start()
  }

  function depart(): void {
    client.socket.stop()
    cancelPoll?.()
    cancelPoll = null
    synchroniser.clear()
    for (const store of [arrivals, messages, pins, thread, conversations, people, presence, files]) store.clear()
  }

  // At once, not before the next frame: no one may see a glimpse of another's data.
  const stopWatching = watch(
    () => session.me?.id,
    (userId, before) => {
      if (before) depart()
      if (userId) arrive()
    },
    { immediate: true, flush: 'sync' },
  )
  const stopKnowingMe = watch(
    () => session.me,
    (me) => people.remember([me]),
    { immediate: true, flush: 'sync' },
  )

  return () => {
    stopWatching()
    stopKnowingMe()
    stopSignals()
    saveNow()
    depart()
  }
}

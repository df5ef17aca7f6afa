import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { ConnectionStatus } from '~/client/socket/socket'
import { useTab } from '../tab'

/** Whether this tab receives events, for the banner. */
export const useConnectionStore = defineStore('connection', () => {
  const tab = useTab()
  const status = ref<ConnectionStatus>({ phase: 'stopped', retryAt: null, blocked: false })
  /** The snapshot after the last opening is applied: what is shown is true. */
  const synced = ref(false)
  const everSynced = ref(false)
  const networkDown = ref(false)
  const failed = ref(false)
  /** The server's version of the protocol. Null: it has not said it yet. */
  const protocol = ref<number | null>(null)

  const state = computed<'connecting' | 'online' | 'reconnecting' | 'offline'>(() => {
    if (status.value.phase === 'open' && synced.value) return 'online'
    if (status.value.phase !== 'open' && networkDown.value) return 'offline'
    return everSynced.value || failed.value ? 'reconnecting' : 'connecting'
  })
  /** The socket does not come up though HTTP works: we ask every few seconds, events may be late. */
  const late = computed(() => status.value.blocked && status.value.phase !== 'open')
  const isOpen = computed(() => status.value.phase === 'open')
  /** Milliseconds since 1970. */
  const retryAt = computed(() => status.value.retryAt)

  function follow(next: ConnectionStatus): void {
    if (next.phase !== 'open') synced.value = false
    if (next.phase === 'waiting') failed.value = true
    if (next.phase === 'stopped') failed.value = everSynced.value = false
    status.value = next
  }

  function markSynced(): void {
    if (status.value.phase !== 'open') return
    synced.value = everSynced.value = true
    failed.value = false
  }

  function setNetworkDown(down: boolean): void {
    networkDown.value = down
  }

  function learnProtocol(version: number): void {
    protocol.value = version
  }

  function retryNow(): void {
    tab.client().socket.retryNow()
  }

  return { state, late, retryAt, isOpen, protocol, retryNow, follow, learnProtocol, markSynced, setNetworkDown }
})

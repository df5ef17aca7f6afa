import { PROTOCOL } from '#shared/protocol/server'
import type { ToWorker } from '#shared/worker'
import { registerWorker } from '~/client/serviceWorker'
import { useConnectionStore } from '~/stores/sync/connection'

/** Milliseconds that a new worker has to take over before the page is loaded again without it. */
const TAKEOVER_TIMEOUT_MS = 3_000

/**
 * Registers the service worker, and finds out that the server has a newer build than this page.
 * @returns `kind`: a newer build is `ready`, or is `needed` because this page no longer fits the server; null: neither.
 *   `reload` loads the page again, in the newer build
 */
export function useNewBuild() {
  const connection = useConnectionStore()
  const { buildId, buildAssetsDir } = useRuntimeConfig().app
  const waiting = shallowRef<ServiceWorker | null>(null)
  const isReady = ref(false)
  const isNeeded = ref(false)
  let registration: ServiceWorkerRegistration | null = null

  /** A worker has been installed, and waits for the pages of the one before. */
  async function meet(worker: ServiceWorker | null) {
    if (!worker) return
    if ((await buildOf(worker)) === buildId) return tell(worker, { kind: 'activate' })
    waiting.value = worker
    isReady.value = true
  }

  async function start() {
    registration = await registerWorker()
    if (!registration) return
    void meet(registration.waiting)
    registration.addEventListener('updatefound', () => {
      const worker = registration?.installing
      worker?.addEventListener('statechange', () => {
        if (worker.state === 'installed') void meet(registration?.waiting ?? null)
      })
    })
  }

  /** A part of the page could not be loaded. Without the network it is only late; in a newer build it is gone. */
  async function checkBuild() {
    const latest = await fetch(`${buildAssetsDir}builds/latest.json`, { cache: 'no-store' })
    if (((await latest.json()) as { id: string }).id !== buildId) isNeeded.value = true
  }

  // Browsers refuse workers for reasons of their own. The page works without one.
  start().catch(() => {})
  const nuxtApp = useNuxtApp()
  const stops = [
    nuxtApp.hook('app:chunkError', () => checkBuild().catch(() => {})),
    nuxtApp.hook('app:manifest:update', () => {
      isReady.value = true
    }),
  ]
  onScopeDispose(() => {
    for (const stop of stops) stop()
  })
  // A server that was replaced has closed its sockets.
  watch(
    () => connection.isOpen,
    (isOpen) => {
      if (isOpen) registration?.update().catch(() => {})
    },
  )

  async function reload() {
    const worker = waiting.value
    if (worker) {
      const takenOver = new Promise((resolve) =>
        navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }),
      )
      tell(worker, { kind: 'activate' })
      await Promise.race([takenOver, new Promise((resolve) => setTimeout(resolve, TAKEOVER_TIMEOUT_MS))])
    }
    location.reload()
  }

  const kind = computed(() => {
    if (isNeeded.value || (connection.protocol !== null && connection.protocol !== PROTOCOL)) return 'needed'
    return isReady.value ? 'ready' : null
  })
  return { kind, reload }
}

function buildOf(worker: ServiceWorker): Promise<unknown> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = ({ data }) => resolve(data)
    tell(worker, { kind: 'build' }, [port2])
  })
}

function tell(worker: ServiceWorker, message: ToWorker, ports: Transferable[] = []): void {
  worker.postMessage(message, ports)
}

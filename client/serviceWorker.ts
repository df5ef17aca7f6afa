import { WORKER_PATH } from '#shared/worker'

/**
 * Lets the service worker open the app without the network and show pushes. @returns its registration, once it works.
 * Null where there are no workers, such as without https. @throws what the browser throws
 */
export async function registerWorker(): Promise<ServiceWorkerRegistration | null> {
  if (!('serviceWorker' in navigator)) return null
  await navigator.serviceWorker.register(WORKER_PATH)
  return navigator.serviceWorker.ready
}

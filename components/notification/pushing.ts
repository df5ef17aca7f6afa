import type { Language } from '#shared/domain/languages'
import type { PushSubscriptionInput } from '#shared/schemas/push'
import type { FromWorker } from '#shared/worker'
import type { Client } from '~/client/client'
import { registerWorker } from '~/client/serviceWorker'

/**
 * Lets this browser be sent pushes, so that messages are noticed while no page is open. Where there is no push service (in
 * some browsers, and without https), nothing happens. @throws ApiError; what the browser throws
 */
export async function subscribeToPushes({ accounts }: Client, language: Language): Promise<void> {
  if (!('PushManager' in window)) return
  const key = bytesOf(await accounts.pushKey())
  const pushManager = (await registerWorker())?.pushManager
  if (!pushManager) return
  if ((await pushManager.permissionState({ userVisibleOnly: true, applicationServerKey: key })) !== 'granted') return
  const known = await pushManager.getSubscription()
  const isCurrent = known !== null && isSame(known.options.applicationServerKey, key)
  if (known && !isCurrent) await known.unsubscribe()
  const subscription = isCurrent
    ? known
    : await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
  await accounts.subscribe({ ...(subscription.toJSON() as Omit<PushSubscriptionInput, 'language'>), language })
}

/** Calls the listener when a notification of the worker was pressed. @returns stops it */
export function onPushOpened(listener: (conversationId: string, seq: number) => void): () => void {
  if (!('serviceWorker' in navigator)) return () => {}
  const receive = ({ data }: MessageEvent<FromWorker>) => {
    if (data.kind === 'open') listener(data.conversationId, data.seq)
  }
  navigator.serviceWorker.addEventListener('message', receive)
  return () => navigator.serviceWorker.removeEventListener('message', receive)
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

function isSame(known: ArrayBuffer | null, key: Uint8Array): boolean {
  if (known?.byteLength !== key.length) return false
  return new Uint8Array(known).every((byte, at) => byte === key[at])
}

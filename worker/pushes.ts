import type { FromWorker } from '#shared/worker'
import type { WorkerScope } from './scope'

/** Milliseconds within which the server says whether a message may still be shown. */
const CHECK_TIMEOUT_MS = 8_000

interface Push {
  conversationId: string
  seq: number
  title: string
  body: string
  icon: string | null
}

/** Shows pushes, and opens their chats. */
export function listenToPushes(scope: WorkerScope): void {
  scope.addEventListener('push', (event) => {
    if (event.data) event.waitUntil(show(scope, event.data.json() as Push))
  })
  scope.addEventListener('notificationclick', (event) => {
    event.notification.close()
    event.waitUntil(open(scope, event.notification.data as Pick<Push, 'conversationId' | 'seq'>))
  })
}

/** One notification a chat, which a later one replaces. Nothing is shown of a message that its reader may no longer see. */
async function show(scope: WorkerScope, { conversationId, seq, title, body, icon }: Push): Promise<void> {
  if (!(await isVisible(scope, conversationId, seq))) return
  await scope.registration.showNotification(title, {
    body,
    icon: icon ?? undefined,
    tag: conversationId,
    renotify: true,
    data: { conversationId, seq },
  })
}

/** Asks the server. A session may have to be renewed first. Without an answer, nothing is shown. */
async function isVisible(scope: WorkerScope, conversationId: string, seq: number): Promise<boolean> {
  const signal = () => AbortSignal.timeout(CHECK_TIMEOUT_MS)
  const ask = () =>
    scope.fetch(`/api/conversations/${conversationId}/messages?after=${seq - 1}&limit=1`, {
      cache: 'no-store',
      signal: signal(),
    })
  try {
    let answer = await ask()
    if (answer.status === 401) {
      const renewed = await scope.fetch('/api/auth/refresh', { method: 'POST', signal: signal() })
      if (renewed.ok) answer = await ask()
    }
    if (!answer.ok) return false
    const { messages } = (await answer.json()) as { messages: { seq: number; deletedAt: string | null }[] }
    return messages.some((message) => message.seq === seq && !message.deletedAt)
  } catch {
    return false
  }
}

/** Shows the message in a page that is open, or in a new one. */
async function open(scope: WorkerScope, { conversationId, seq }: Pick<Push, 'conversationId' | 'seq'>): Promise<void> {
  const pages = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const page = pages.find(({ focused }) => focused) ?? pages[0]
  if (!page) return void (await scope.clients.openWindow(`/c/${conversationId}`))
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a client of a worker is of its origin
  page.postMessage({ kind: 'open', conversationId, seq } satisfies FromWorker)
  await page.focus()
}

// Shows pushes, and opens their chats. It keeps nothing and serves no requests, so another worker can import it.

/** Milliseconds within which the server says whether a message may still be shown. */
const CHECK_TIMEOUT_MS = 8_000

self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

self.addEventListener('push', (event) => {
  if (event.data) event.waitUntil(show(event.data.json()))
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(open(event.notification.data))
})

/** One notification a chat, which a later one replaces. Nothing is shown of a message that its reader may no longer see. */
async function show({ conversationId, seq, title, body, icon }) {
  if (!(await isVisible(conversationId, seq))) return
  await self.registration.showNotification(title, {
    body,
    icon: icon ?? undefined,
    tag: conversationId,
    renotify: true,
    data: { conversationId, seq },
  })
}

/** Asks the server. A session may have to be renewed first. Without an answer, nothing is shown. */
async function isVisible(conversationId, seq) {
  const ask = () =>
    fetch(`/api/conversations/${conversationId}/messages?after=${seq - 1}&limit=1`, {
      cache: 'no-store',
      signal: AbortSignal.timeout(CHECK_TIMEOUT_MS),
    })
  try {
    let answer = await ask()
    if (answer.status === 401) {
      const renewed = await fetch('/api/auth/refresh', {
        method: 'POST',
        signal: AbortSignal.timeout(CHECK_TIMEOUT_MS),
      })
      if (renewed.ok) answer = await ask()
    }
    if (!answer.ok) return false
    const { messages } = await answer.json()
    return messages.some((message) => message.seq === seq && !message.deletedAt)
  } catch {
    return false
  }
}

/** Shows the message in a page that is open, or in a new one. */
async function open({ conversationId, seq }) {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const page = pages.find(({ focused }) => focused) ?? pages[0]
  if (!page) return self.clients.openWindow(`/c/${conversationId}`)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a client of a worker is of its origin
  page.postMessage({ kind: 'open', conversationId, seq })
  return page.focus()
}

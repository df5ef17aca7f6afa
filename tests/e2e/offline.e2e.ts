import { register, type Person } from '../support/person'
import { banner, composer, connected, messages, say, sent, texts } from './support/chat'
import { ownServer } from './support/ownServer'
import { expect, test, UNREACHABLE } from './support/test'

const server = ownServer()
let ann: Person
let bob: Person
let chat: string

test.beforeEach(async () => {
  ;[ann, bob] = await Promise.all([register(server.url, 'Ann'), register(server.url, 'Bob')])
  chat = (await ann.chatWith(bob)).id
  await bob.send(chat, 'before')
})

test('sends what was written offline by itself, in order and once', async ({ open, problems }) => {
  problems.expect(...UNREACHABLE)
  const [first, second] = await Promise.all([open(ann, `/c/${chat}`), open(bob, `/c/${chat}`)])
  await Promise.all([connected(first), connected(second)])
  for (const page of [first, second]) await expect(messages(page, 'before')).toBeVisible()
  await first.context().setOffline(true)
  await expect(banner(first)).toHaveAttribute('data-state', 'offline')
  await expect(banner(first)).toContainText('You’re offline')
  for (const text of ['one', 'two', 'three']) {
    await say(first, text)
    await expect(messages(first, text)).toHaveAttribute('data-state', 'queued')
  }
  await expect(messages(first, 'one').getByRole('img', { name: 'Waiting for connection' })).toBeVisible()
  await say(second, 'are you there?')
  await sent(second, 'are you there?')

  await first.context().setOffline(false)
  await expect(banner(first)).toBeHidden()
  for (const text of ['one', 'two', 'three']) await sent(first, text)
  for (const page of [first, second]) {
    await expect(messages(page)).toHaveCount(5)
    expect(await texts(page)).toEqual(['before', 'are you there?', 'one', 'two', 'three'])
  }
  await first.reload()
  await expect(messages(first)).toHaveCount(5)
})

test('sends what was written offline also when the page was closed meanwhile', async ({ open, problems }) => {
  problems.expect(...UNREACHABLE)
  const page = await open(ann, `/c/${chat}`)
  await connected(page)
  await expect(messages(page, 'before')).toBeVisible()
  const context = page.context()
  await context.setOffline(true)
  await expect(banner(page)).toHaveAttribute('data-state', 'offline')
  await say(page, 'written on the train')
  await say(page, 'and in the tunnel')
  await expect(messages(page, 'and in the tunnel')).toHaveAttribute('data-state', 'queued')
  await page.close()
  await context.setOffline(false)
  // Another page of the app than the chat itself: it need not be opened again.
  const next = await context.newPage()
  await next.goto('/settings')
  const stored = async () => {
    const { body } = await bob.get(`/api/conversations/${chat}/messages`)
    return body.messages.map(({ text }: { text: string }) => text)
  }
  await expect.poll(stored).toEqual(['before', 'written on the train', 'and in the tunnel'])
})

test('says that live updates are blocked, and delivers messages all the same', async ({ open, problems }) => {
  problems.expect(...UNREACHABLE)
  const page = await open(ann)
  await page.routeWebSocket(/\/ws$/, (socket) => socket.close())
  await page.goto(`/c/${chat}`)
  await expect(banner(page)).toHaveAttribute('data-state', 'late', { timeout: 20_000 })
  await say(page, 'over HTTP')
  await sent(page, 'over HTTP')
  await bob.send(chat, 'and back')
  await expect(messages(page, 'and back')).toBeVisible()
})

test('says that a message was refused, and lets it be sent again or deleted', async ({ open }) => {
  const page = await open(ann)
  let refuse = true
  await page.routeWebSocket(/\/ws$/, (socket) => {
    const real = socket.connectToServer()
    socket.onMessage((frame) => {
      const { id, type, data } = JSON.parse(String(frame))
      const code =
        type !== 'message.send'
          ? null
          : data.text === 'never'
            ? 'INVALID'
            : data.text === 'refused' && refuse
              ? 'FORBIDDEN'
              : null
      if (!code) return real.send(frame)
      socket.send(JSON.stringify({ id, ok: false, error: { code, message: 'Not now.' } }))
    })
  })
  await page.goto(`/c/${chat}`)
  await connected(page)
  await say(page, 'refused')
  await say(page, 'never')
  await say(page, 'fine')
  await sent(page, 'fine')
  const refused = messages(page, 'refused')
  const never = messages(page, 'never')
  for (const message of [refused, never]) {
    await expect(message).toHaveAttribute('data-state', 'failed')
    await expect(message).toContainText('Not sent')
  }
  await page.reload()
  await expect(refused).toHaveAttribute('data-state', 'failed')
  await refused.getByTestId('message-retry').click()
  await expect(refused).toHaveAttribute('data-state', 'failed')
  refuse = false
  await refused.getByTestId('message-retry').click()
  await sent(page, 'refused')
  await never.getByTestId('message-discard').click()
  await expect(never).toHaveCount(0)
  await page.reload()
  await expect(messages(page)).toHaveCount(3)
  expect(await texts(page)).toEqual(['before', 'fine', 'refused'])
})

test('waits as long as the server asks when messages come too fast', async ({ open }) => {
  const page = await open(ann)
  let refusals = 0
  await page.routeWebSocket(/\/ws$/, (socket) => {
    const real = socket.connectToServer()
    socket.onMessage((frame) => {
      const { id, type } = JSON.parse(String(frame))
      if (type !== 'message.send' || refusals > 0) return real.send(frame)
      refusals++
      const error = { code: 'RATE_LIMITED', message: 'Too fast.', retryAfter: 2 }
      socket.send(JSON.stringify({ id, ok: false, error }))
    })
  })
  await page.goto(`/c/${chat}`)
  await connected(page)
  await say(page, 'too fast')
  await expect(messages(page, 'too fast')).toHaveAttribute('data-state', 'queued')
  await say(page, 'after it')
  await expect(composer(page)).toBeFocused()
  await sent(page, 'after it')
  expect(refusals).toBe(1)
  expect(await texts(page)).toEqual(['before', 'too fast', 'after it'])
})
